import type { MessageBuilder } from '../behaviours/reply.ts';
import { WireWriter } from '../wire-writer.ts';
import { fixedPart, questionOffset, response } from './forged-answer.ts';

/** Record data of one type: as it must be, and as no server may send it. */
export interface RdataCases {
  /** Number of the type (IANA DNS parameters). */
  readonly type: number;
  readonly good: Uint8Array;
  /** Each cannot be read; the name says why. */
  readonly bad: Readonly<Record<string, Uint8Array>>;
}

const writer = (): WireWriter => new WireWriter();
const target = writer().name('target.test').toBuffer();
const numbers = (count: number): Uint8Array => Buffer.alloc(count, 1);
const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);
const text = (string: string): Buffer => writer().label(string).toBuffer();
/** A character-string that announces one octet more than there is. */
const cutText = (string: string): Buffer => {
  const octets = text(string);
  octets[0] = string.length + 1;
  return octets;
};
/** Further than any message here is long. */
const pointerPastEnd = Buffer.of(0xff, 0xff);

/** What can be wrong with a name at the end of record data that begins with `before`. */
function endingInName(before: Uint8Array = Buffer.alloc(0)): Record<string, Uint8Array> {
  return {
    'no data': Buffer.alloc(0),
    ...(before.length > 0 ? { 'no name': before } : {}),
    'a name that goes on after the data': join(before, target.subarray(0, -3)),
    'octets after the name': join(before, target, numbers(4)),
    'a pointer past the end': join(before, pointerPastEnd),
    'a label of a type that does not exist': join(before, Buffer.of(0x41, 0x61, 0)),
  };
}

const soaNumbers = 5 * 4;
const srvNumbers = numbers(3 * 2);
const naptrNumbers = numbers(2 * 2);
const naptrTexts = join(text('u'), text('E2U+sip'), text('!^.*$!sip:a@b.test!'));

/** Of HTTPS and SVCB (RFC 9460 §2.2). */
const serviceBinding = {
  good: join(Buffer.of(0, 1), target, Buffer.of(0, 1, 0, 3, 2, 0x68, 0x32)),
  bad: {
    'no data': Buffer.alloc(0),
    'no name': Buffer.of(0, 1),
    'a compressed name': join(Buffer.of(0, 1), Buffer.of(0xc0, questionOffset)),
    'a key without length': join(Buffer.of(0, 1), target, Buffer.of(0, 1)),
    'a value past the end': join(Buffer.of(0, 1), target, Buffer.of(0, 1, 0, 4, 2, 0x68, 0x32)),
    'keys out of order': join(Buffer.of(0, 1), target, Buffer.of(0, 3, 0, 2, 0, 80, 0, 2, 0, 0)),
    'a key twice': join(Buffer.of(0, 1), target, Buffer.of(0, 3, 0, 2, 0, 80, 0, 3, 0, 2, 0, 81)),
  },
};

/** By the mnemonic of the type. */
export const rdataCases: Readonly<Record<string, RdataCases>> = {
  A: { type: 1, good: Buffer.of(192, 0, 2, 1), bad: { '3 octets': numbers(3), '5 octets': numbers(5) } },
  AAAA: { type: 28, good: numbers(16), bad: { '15 octets': numbers(15), '17 octets': numbers(17) } },
  NS: { type: 2, good: target, bad: endingInName() },
  CNAME: { type: 5, good: target, bad: endingInName() },
  PTR: { type: 12, good: target, bad: endingInName() },
  MX: { type: 15, good: join(Buffer.of(0, 10), target), bad: endingInName(Buffer.of(0, 10)) },
  SRV: { type: 33, good: join(srvNumbers, target), bad: endingInName(srvNumbers) },
  SOA: {
    type: 6,
    good: join(target, target, numbers(soaNumbers)),
    bad: {
      'no data': Buffer.alloc(0),
      'one name': target,
      'a number missing': join(target, target, numbers(soaNumbers - 4)),
      'octets after the numbers': join(target, target, numbers(soaNumbers + 1)),
    },
  },
  TXT: {
    type: 16,
    good: text('words'),
    bad: { 'no data': Buffer.alloc(0), 'a string past the end': join(text('words'), cutText('more')) },
  },
  NAPTR: {
    type: 35,
    good: join(naptrNumbers, naptrTexts, target),
    bad: {
      ...endingInName(join(naptrNumbers, naptrTexts)),
      'a string past the end': join(naptrNumbers, cutText('u')),
    },
  },
  CAA: {
    type: 257,
    good: join(Buffer.of(0), text('issue'), Buffer.from('ca.test')),
    bad: {
      'no data': Buffer.alloc(0),
      'no tag': Buffer.of(0),
      'an empty tag': Buffer.of(0, 0, 0x61),
      'a tag past the end': join(Buffer.of(0), cutText('issue')),
    },
  },
  TLSA: {
    type: 52,
    good: join(Buffer.of(3, 1, 1), numbers(32)),
    bad: { 'no data': Buffer.alloc(0), '2 octets': numbers(2) },
  },
  HTTPS: { type: 65, ...serviceBinding },
  SVCB: { type: 64, ...serviceBinding },
};

/** An answer whose only record is of this type and has this data, with the length that it has. */
export function answerWithRdata(type: number, rdata: Uint8Array): MessageBuilder {
  return (query) => {
    const message = response(query, { answers: 1 }).pointer(questionOffset);
    return fixedPart(message, type, rdata.length).octets(rdata).toBuffer();
  };
}
