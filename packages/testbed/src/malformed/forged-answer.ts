import type { Query } from '../query.ts';
import { WireWriter } from '../wire-writer.ts';

/** Type numbers the builders need (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 6891 §6.1.1, RFC 6895 §3.1). */
export const types = { A: 1, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, OPT: 41, PRIVATE: 65_280 } as const;

/**
 * Addresses that the malformed and mismatched messages carry beside their fault. A client that shows one of them has
 * used a message that it must not use.
 */
export const forgedAddresses = { A: '203.0.113.66', AAAA: '2001:db8:bad::66' } as const;

const forgedOctets = {
  A: [203, 0, 113, 66],
  AAAA: [0x20, 0x01, 0x0d, 0xb8, 0x0b, 0xad, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x66],
} as const;

/** Offset of the question name, where a compressed owner points to. */
export const questionOffset = 12;
/** Type 2, class 2, TTL 4, RDLENGTH 2: what stands between an owner and its RDATA. */
export const fixedPartOctets = 10;
const classIn = 1;
const ttlSeconds = 300;
const responseFlags = 0x8180;

/** Counts of a header; what is absent is 0, but the question count is 1. */
export interface Counts {
  readonly questions?: number;
  readonly answers?: number;
  readonly authorities?: number;
  readonly additionals?: number;
}

/** Header of a NOERROR response with the query's ID. */
export function header(query: Query, counts: Counts): WireWriter {
  return new WireWriter()
    .u16(query.id)
    .u16(responseFlags)
    .u16(counts.questions ?? 1)
    .u16(counts.answers ?? 0)
    .u16(counts.authorities ?? 0)
    .u16(counts.additionals ?? 0);
}

/** Header and question, both matching the query: a client cannot drop the message for belonging to another one. */
export function response(query: Query, counts: Counts): WireWriter {
  return header(query, counts).octets(query.question);
}

/** What follows the owner of a record, up to its RDATA. */
export function fixedPart(writer: WireWriter, type: number, rdataOctets: number): WireWriter {
  return writer.u16(type).u16(classIn).u32(ttlSeconds).u16(rdataOctets);
}

/** Type and RDATA of the forged address that a lax client would take for its answer; A unless AAAA was asked. */
export function forgedRdata(query: Query): { type: number; rdata: readonly number[] } {
  return query.type === 'AAAA'
    ? { type: types.AAAA, rdata: forgedOctets.AAAA }
    : { type: types.A, rdata: forgedOctets.A };
}

/** The rest of a record after its owner, with the forged address. */
export function forgedRecordRest(writer: WireWriter, query: Query): WireWriter {
  const { type, rdata } = forgedRdata(query);
  return fixedPart(writer, type, rdata.length).octets(rdata);
}

/** A well-formed record of the asked name with the forged address. */
export function forgedRecord(writer: WireWriter, query: Query): WireWriter {
  return forgedRecordRest(writer.pointer(questionOffset), query);
}
