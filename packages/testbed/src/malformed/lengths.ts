import type { Query } from '../query.ts';
import {
  fixedPart,
  forgedRdata,
  forgedRecord,
  header,
  questionOffset,
  response,
  types,
} from './forged-answer.ts';
import type { WireWriter } from '../wire-writer.ts';

/** A second record whose owner is the last octet of the message: the rest of the record is missing. */
export function recordCutAfterOwner(query: Query): Buffer {
  return forgedRecord(response(query, { answers: 2 }), query)
    .u8(0)
    .toBuffer();
}

/** A second record whose owner is a label at the end of the message, without the octet that ends a name. */
export function nameWithoutEnd(query: Query): Buffer {
  return forgedRecord(response(query, { answers: 2 }), query)
    .label('cut')
    .toBuffer();
}

/** A second record whose owner announces more octets than the message has. */
export function labelPastEnd(query: Query): Buffer {
  return forgedRecord(response(query, { answers: 2 }), query)
    .u8(63)
    .octets(Buffer.from('cut'))
    .toBuffer();
}

/** A second record whose owner is the first octet of a pointer, at the end of the message. */
export function pointerCut(query: Query): Buffer {
  return forgedRecord(response(query, { answers: 2 }), query)
    .u8(0xc0)
    .toBuffer();
}

/** A second record that ends between its type and its RDLENGTH. */
export function recordCutInFixedPart(query: Query): Buffer {
  return forgedRecord(response(query, { answers: 2 }), query)
    .pointer(questionOffset)
    .u16(types.A)
    .u16(1)
    .toBuffer();
}

/** A second record whose RDLENGTH reaches one octet past the end of the message. */
export function rdlengthPastEnd(query: Query): Buffer {
  const { type, rdata } = forgedRdata(query);
  const writer = forgedRecord(response(query, { answers: 2 }), query).pointer(questionOffset);
  return fixedPart(writer, type, rdata.length + 1)
    .octets(rdata)
    .toBuffer();
}

/** A second record of type A with `octets` octets of RDATA instead of 4. */
export function aOfOctets(octets: number): (query: Query) => Buffer {
  return (query) => secondRecord(query, types.A, new Uint8Array(octets).fill(1)).toBuffer();
}

/** A second record of type AAAA with `octets` octets of RDATA instead of 16. */
export function aaaaOfOctets(octets: number): (query: Query) => Buffer {
  return (query) => secondRecord(query, types.AAAA, new Uint8Array(octets).fill(1)).toBuffer();
}

function secondRecord(query: Query, type: number, rdata: Uint8Array, rdlength = rdata.length): WireWriter {
  const writer = forgedRecord(response(query, { answers: 2 }), query).pointer(questionOffset);
  return fixedPart(writer, type, rdlength).octets(rdata);
}

const targetName = Buffer.from('\x06target\x04test\x00', 'latin1');

/** A CNAME whose name goes on for 4 octets after its RDLENGTH; the octets are there. */
export function rdataNameOverrun(query: Query): Buffer {
  return secondRecord(query, types.CNAME, targetName, targetName.length - 4).toBuffer();
}

/** A CNAME whose name ends 4 octets before its RDLENGTH does. */
export function rdataNameUnderrun(query: Query): Buffer {
  return secondRecord(query, types.CNAME, Buffer.concat([targetName, Buffer.alloc(4)])).toBuffer();
}

/** An MX whose RDATA is a preference without a name. */
export function mxWithoutName(query: Query): Buffer {
  return secondRecord(query, types.MX, Buffer.of(0, 10)).toBuffer();
}

/** A SOA in the authority section whose five numbers are four. */
export function soaCut(query: Query): Buffer {
  const writer = forgedRecord(response(query, { answers: 1, authorities: 1 }), query).pointer(questionOffset);
  const rdata = Buffer.concat([targetName, targetName, Buffer.alloc(4 * 4)]);
  return fixedPart(writer, types.SOA, rdata.length).octets(rdata).toBuffer();
}

/** A TXT whose string announces one octet more than its RDATA has. */
export function txtStringOverrun(query: Query): Buffer {
  return secondRecord(query, types.TXT, Buffer.of(4, 0x61, 0x62, 0x63)).toBuffer();
}

const mostRecords = 0xffff;

/** A header and nothing else, all four counts 65 535. */
export function allCounts65535(query: Query): Buffer {
  const counts = { questions: mostRecords, answers: mostRecords, authorities: mostRecords };
  return header(query, { ...counts, additionals: mostRecords }).toBuffer();
}

/** The question, one good answer, and 65 535 announced. */
export function answerCount65535(query: Query): Buffer {
  return forgedRecord(response(query, { answers: mostRecords }), query).toBuffer();
}

/** A question whose name is complete and whose class is missing. */
export function questionCut(query: Query): Buffer {
  return header(query, { answers: 1 }).octets(query.question.subarray(0, -2)).toBuffer();
}
