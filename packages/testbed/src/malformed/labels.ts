import type { Query } from '../query.ts';
import { WireWriter } from '../wire-writer.ts';
import { fixedPart, questionOffset, response } from './forged-answer.ts';

const targetTypes = { CNAME: 5, PTR: 12, NS: 2 } as const;

/** Labels that are legal on the wire and dangerous in text (RFC 2181 §11). */
export const strangeLabels = {
  dot: 'a.b',
  nul: 'a\0b',
  newline: 'a\nb',
  control: 'a\x07b',
  backslash: 'a\\b',
  quote: 'a"b',
  space: 'a b',
  highOctet: 'a\xffb',
} as const;

/** An answer whose one record names `labels`, octet for octet. */
export function pointingTo(
  labels: readonly string[],
  type: keyof typeof targetTypes,
): (query: Query) => Buffer {
  return (query) => {
    const target = new WireWriter();
    for (const label of labels) target.label(label);
    const rdata = target.u8(0).toBuffer();
    const writer = response(query, { answers: 1 }).pointer(questionOffset);
    return fixedPart(writer, targetTypes[type], rdata.length).octets(rdata).toBuffer();
  };
}
