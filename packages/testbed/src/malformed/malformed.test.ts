import { decode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../query.ts';
import { encodeQuery } from '../raw-client.ts';
import { unreadableMessages, unrelatedMessages } from './catalogue.ts';
import { pointerChain } from './compression.ts';
import { pointingTo, strangeLabels } from './labels.ts';
import { forgedAnswer, headerOnly } from './mismatched.ts';

const source = { transport: 'udp', sourceAddress: '127.0.0.1', sourcePort: 1 } as const;
const query = parseQuery(encodeQuery({ name: 'www.example.test', id: 0xabcd }), source, 0);
const queryAaaa = parseQuery(encodeQuery({ name: 'www.example.test', type: 'AAAA', id: 7 }), source, 0);

const questionEnd = 12 + query.question.length;
const fixedPart = 10;

function unreadable(name: string): Buffer {
  const build = unreadableMessages[name];
  if (build === undefined) throw new Error(`No message ${name}`);
  return Buffer.from(build(query));
}

function unrelated(name: string): Buffer {
  const build = unrelatedMessages[name];
  if (build === undefined) throw new Error(`No message ${name}`);
  return Buffer.from(build(query));
}

/** Counts of questions, answers, authorities and additionals. */
function counts(message: Buffer): number[] {
  return [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
}

/** Offset after the first answer, which has a compressed owner and an A record. */
const secondRecord = questionEnd + 2 + fixedPart + 4;

describe.each(Object.entries(unreadableMessages))('unreadable message %s', (name, build) => {
  test('matches the query in ID, QR and question, for A and AAAA, and is built anew each time', () => {
    for (const asked of [query, queryAaaa]) {
      const message = Buffer.from(build(asked));
      expect(message.readUInt16BE(0)).toBe(asked.id);
      expect(message.readUInt16BE(2)).toBe(0x8180);
      expect(Buffer.from(build(asked))).toEqual(message);
      if (name === 'allCounts65535' || name === 'questionCut') continue;
      expect(message.readUInt16BE(4)).toBe(1);
      expect(message.subarray(12, 12 + asked.question.length)).toEqual(asked.question);
    }
  });
});

// dns-packet accepts the rest: it checks neither jumps, forward pointers within a record, RDATA lengths nor OPT places.
test.each([
  'pointerToItself',
  'pointerForward',
  'pointersMutual',
  'nameOf256Octets',
  'labelType01',
  'labelType10',
  'recordCutAfterOwner',
  'nameWithoutEnd',
  'labelPastEnd',
  'recordCutInFixedPart',
  'allCounts65535',
  'answerCount65535',
  'questionCut',
])('another parser refuses %s', (name) => {
  expect(() => decode(unreadable(name))).toThrow(/Cannot decode|out of range|outside buffer bounds/);
});

describe('compression', () => {
  test('a pointer to itself, and into the header', () => {
    expect(unreadable('pointerToItself').readUInt16BE(questionEnd)).toBe(0xc000 | questionEnd);
    expect(unreadable('pointerIntoHeader').readUInt16BE(questionEnd)).toBe(0xc005);
  });

  test('a pointer forward leads to the asked name', () => {
    const message = unreadable('pointerForward');
    const target = message.readUInt16BE(questionEnd) & 0x3fff;
    expect(target).toBe(secondRecord);
    expect(message.subarray(target, target + query.question.length - 4)).toEqual(
      query.question.subarray(0, -4),
    );
  });

  test('two pointers lead to each other', () => {
    const message = unreadable('pointersMutual');
    const second = message.readUInt16BE(questionEnd + 2) & 0x3fff;
    expect(message.subarray(second, second + 2).toString('latin1')).toBe('\x01b');
    expect(message.readUInt16BE(second + 2)).toBe(0xc000 | questionEnd);
  });

  test.each([1, 2, 127, 128, 200])('a chain of %i jumps ends at the asked name', (jumps) => {
    const message = pointerChain(jumps)(query);
    const rdlength = (jumps - 1) * 2;
    let offset = questionEnd + 2 + fixedPart + rdlength;
    let taken = 0;
    while (message.readUInt8(offset) >= 0xc0) {
      const target = message.readUInt16BE(offset) & 0x3fff;
      expect(target).toBeLessThan(offset);
      offset = target;
      taken += 1;
    }
    expect([taken, offset]).toEqual([jumps, 12]);
  });

  test('names are one octet, or two by a pointer, longer than 255', () => {
    const plain = unreadable('nameOf256Octets');
    expect(plain.length - secondRecord - fixedPart - 4).toBe(256);
    const compressed = unreadable('nameOver255ByPointer');
    const third = secondRecord + 255 + fixedPart + 4;
    expect(compressed.subarray(third, third + 2).toString('latin1')).toBe('\x01x');
    expect(compressed.readUInt16BE(third + 2)).toBe(0xc000 | secondRecord);
  });

  test('the reserved label types', () => {
    expect(unreadable('labelType01').readUInt8(questionEnd) >>> 6).toBe(0b01);
    expect(unreadable('labelType10').readUInt8(questionEnd) >>> 6).toBe(0b10);
  });
});

describe('lengths', () => {
  test.each([
    ['recordCutAfterOwner', '00'],
    ['nameWithoutEnd', '03637574'],
    ['labelPastEnd', '3f637574'],
    ['pointerCut', 'c0'],
    ['recordCutInFixedPart', 'c00c00010001'],
    ['rdlengthPastEnd', 'c00c000100010000012c0005cb007142'],
    ['aOf3Octets', 'c00c000100010000012c0003010101'],
    ['aOf5Octets', 'c00c000100010000012c00050101010101'],
    ['aaaaOf4Octets', 'c00c001c00010000012c000401010101'],
    ['aaaaOf15Octets', `c00c001c00010000012c000f${'01'.repeat(15)}`],
    ['aaaaOf17Octets', `c00c001c00010000012c0011${'01'.repeat(17)}`],
    ['rdataNameOverrun', 'c00c000500010000012c000906746172676574047465737400'],
    ['rdataNameUnderrun', 'c00c000500010000012c00110674617267657404746573740000000000'],
    ['mxWithoutName', 'c00c000f00010000012c0002000a'],
    ['txtStringOverrun', 'c00c001000010000012c000404616263'],
  ])('%s ends in the octets %s', (name, octets) => {
    const message = unreadable(name);
    expect(counts(message)).toEqual([1, 2, 0, 0]);
    expect(message.subarray(secondRecord).toString('hex')).toBe(octets);
  });

  test('a SOA that lacks its last number', () => {
    const message = unreadable('soaCut');
    expect(counts(message)).toEqual([1, 1, 1, 0]);
    expect(message.readUInt16BE(secondRecord + 2 + 8)).toBe(13 + 13 + 16);
    expect(message.length).toBe(secondRecord + 2 + fixedPart + 13 + 13 + 16);
  });

  test('counts that no message can have', () => {
    expect(unreadable('allCounts65535')).toHaveLength(12);
    expect(counts(unreadable('allCounts65535'))).toEqual([65_535, 65_535, 65_535, 65_535]);
    expect(counts(unreadable('answerCount65535'))).toEqual([1, 65_535, 0, 0]);
    expect(unreadable('questionCut')).toHaveLength(questionEnd - 2);
  });
});

describe('EDNS', () => {
  const opt = '00002904d000000000';

  test.each([
    ['twoOpts', [1, 1, 0, 2], `${opt}0000${opt}0000`],
    ['optAsAnswer', [1, 2, 0, 0], `${opt}0000`],
    ['optAsAuthority', [1, 1, 1, 0], `${opt}0000`],
    ['optOptionOverrun', [1, 1, 0, 1], `${opt}0008000a000801020304`],
    ['optOptionCut', [1, 1, 0, 1], `${opt}0003000a00`],
    ['optWithOwner', [1, 1, 0, 1], `0161${opt}0000`],
  ])('%s', (name, sections, octets) => {
    const message = unreadable(name);
    expect(counts(message)).toEqual(sections);
    expect(message.subarray(secondRecord).toString('hex')).toBe(octets);
  });
});

describe('unrelated messages', () => {
  test('differ from the forged answer in the one thing that their name says', () => {
    const forged = forgedAnswer(query);
    expect(decode(forged).answers).toMatchObject([{ name: 'www.example.test', data: '203.0.113.66' }]);
    expect(decode(forgedAnswer(queryAaaa)).answers).toMatchObject([
      { type: 'AAAA', data: '2001:db8:bad::66' },
    ]);

    const id = unrelated('wrongId');
    expect(id.readUInt16BE(0)).not.toBe(query.id);
    expect(id.subarray(2)).toEqual(forged.subarray(2));

    const asQuery = decode(unrelated('queryInsteadOfResponse'));
    expect(asQuery).toMatchObject({ type: 'query', id: query.id, answers: [{ data: '203.0.113.66' }] });

    expect(decode(unrelated('wrongName'))).toMatchObject({ questions: [{ name: 'other.test', type: 'A' }] });
    expect(decode(unrelated('wrongType'))).toMatchObject({ questions: [{ name: query.name, type: 'TXT' }] });
    expect(decode(unrelated('wrongClass'))).toMatchObject({ questions: [{ name: query.name, class: 'CH' }] });
  });

  test('have no question, two, or no whole header', () => {
    expect(counts(unrelated('withoutQuestion'))).toEqual([0, 1, 0, 0]);
    expect(decode(unrelated('withoutQuestion')).answers).toMatchObject([{ name: query.name }]);
    expect(decode(unrelated('twoQuestions')).questions).toHaveLength(2);
    expect(unrelated('empty')).toHaveLength(0);
    expect(unrelated('headerCut')).toHaveLength(11);
  });

  test('a header alone carries its code', () => {
    expect(headerOnly('FORMERR')(query).toString('hex')).toBe('abcd80010000000000000000');
    expect(unrelated('headerOnlyServfail').toString('hex')).toBe('abcd80020000000000000000');
  });
});

test.each(Object.entries(strangeLabels))('a label with a %s is written octet for octet', (_, label) => {
  const message = pointingTo([label, 'test'], 'PTR')(query);
  const rdata = message.subarray(questionEnd + 2 + fixedPart);
  const octets = Buffer.from(label, 'latin1');
  expect(rdata).toEqual(Buffer.from([octets.length, ...octets, 4, ...Buffer.from('test'), 0]));
});
