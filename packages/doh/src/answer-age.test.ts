import { encode } from 'dns-packet';
import { assert, integer, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { ageSeconds, subtractAge } from './answer-age.ts';
import { recordsOf } from './message.ts';
import { optRecord, parsed } from './test-support/messages.ts';

test.each([
  [undefined, 0],
  ['0', 0],
  ['30', 30],
  [' 30 ', 30],
  ['30, 40', 30],
  [['30', '40'], 30],
  ['99999999999999999999', 2 ** 31],
  ['-1', 0],
  ['1.5', 0],
  ['soon', 0],
  ['', 0],
])('age: %s', (header, seconds) => {
  expect(ageSeconds(header)).toBe(seconds);
});

function answerWithTtls(...ttls: number[]): Uint8Array {
  const message = encode({
    type: 'response',
    id: 1,
    questions: [{ type: 'A', name: 'www.test' }],
    answers: ttls.map((ttl) => ({ type: 'A', name: 'www.test', ttl, data: '192.0.2.1' })),
    authorities: [{ type: 'NS', name: 'test', ttl: 500, data: 'ns.test' }],
    additionals: [optRecord(true)],
  });
  return Uint8Array.from(message);
}

test('the age is taken off every TTL, down to 0, and not off the flags of OPT', () => {
  const message = answerWithTtls(300, 10, 0);
  expect(subtractAge(message, 20)).toBe(true);
  const { answers = [], authorities = [], additionals = [] } = parsed(message);
  expect(answers.map((record) => 'ttl' in record && record.ttl)).toEqual([280, 0, 0]);
  expect(authorities.map((record) => 'ttl' in record && record.ttl)).toEqual([480]);
  expect(additionals[0]).toMatchObject({ type: 'OPT', flag_do: true, udpPayloadSize: 1232 });
});

test('a message that cannot be read to its end is left alone', () => {
  const whole = answerWithTtls(300);
  const cut = whole.slice(0, whole.length - 3);
  const before = Uint8Array.from(cut);
  expect(subtractAge(cut, 20)).toBe(false);
  expect(cut).toEqual(before);
});

test('only TTLs change, whatever the octets', () => {
  assert(
    property(
      uint8Array({ minLength: 12, maxLength: 200 }),
      integer({ min: 1, max: 2 ** 31 }),
      (octets, age) => {
        const message = Uint8Array.from(octets);
        const ttls = new Set(
          (recordsOf(octets) ?? []).flatMap(({ fields }) => [4, 5, 6, 7].map((at) => fields + at)),
        );
        subtractAge(message, age);
        const changed = [...message.keys()].filter((at) => message[at] !== octets[at]);
        expect(changed.filter((at) => !ttls.has(at))).toEqual([]);
      },
    ),
  );
});
