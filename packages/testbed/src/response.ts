import type { EdnsOption, Query } from './query.ts';
import { encodeRdata, type ZoneRecord } from './records.ts';

/** Response codes by name (RFC 1035 §4.1.1, RFC 7873 §8). Those above 15 need EDNS. */
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

export type RcodeName = keyof typeof rcodes;

/** What a response holds besides what it copies from its query. */
export interface ResponseParts {
  readonly rcode?: RcodeName;
  readonly answers?: readonly ZoneRecord[];
  readonly authorities?: readonly ZoneRecord[];
  readonly additionals?: readonly ZoneRecord[];
  readonly truncated?: boolean;
  readonly authoritative?: boolean;
  /** Whether to add an OPT record; as the query did when absent. */
  readonly edns?: boolean;
  readonly options?: readonly EdnsOption[];
}

/** What the servers of this package say they can receive, in octets. */
export const ednsPayloadSize = 1232;
const headerOctets = 12;
const optType = 41;
const classIn = 1;

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')])),
    Buffer.of(0),
  ]);
}

function encodeOwner(query: Query, name: string | undefined): Buffer {
  const isQueryName = name === undefined || name.toLowerCase() === query.name.toLowerCase();
  // Compressed as real servers do: without it, 4 000 A records do not fit in one message.
  return isQueryName && query.name !== '' ? Buffer.of(0xc0, headerOctets) : encodeName(name ?? '');
}

function encodeRecord(query: Query, zoneRecord: ZoneRecord): Buffer {
  const { type, rdata } = encodeRdata(zoneRecord);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(classIn, 2);
  fixed.writeUInt32BE(zoneRecord.ttl, 4);
  fixed.writeUInt16BE(rdata.length, 8);
  return Buffer.concat([encodeOwner(query, zoneRecord.name), fixed, rdata]);
}

function encodeOpt(rcode: number, options: readonly EdnsOption[]): Buffer {
  const encoded = options.map(({ code, data }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(data.length, 2);
    return Buffer.concat([head, data]);
  });
  const rdata = Buffer.concat(encoded);
  const fixed = Buffer.alloc(11);
  fixed.writeUInt16BE(optType, 1);
  fixed.writeUInt16BE(ednsPayloadSize, 3);
  fixed.writeUInt8(rcode >>> 4, 5);
  fixed.writeUInt16BE(rdata.length, 9);
  return Buffer.concat([fixed, rdata]);
}

/** Composes the response to `query`: its ID, question and RD, with QR and RA set, and the parts given. */
export function composeResponse(query: Query, parts: ResponseParts = {}): Buffer {
  const { answers = [], authorities = [], additionals = [], options = [] } = parts;
  const rcode = rcodes[parts.rcode ?? 'NOERROR'];
  const edns = parts.edns ?? query.hasOpt;
  const header = Buffer.alloc(headerOctets);
  header.writeUInt16BE(query.id, 0);
  header.writeUInt8(
    0x80 |
      (parts.authoritative === true ? 0x04 : 0) |
      (parts.truncated === true ? 0x02 : 0) |
      (query.recursionDesired ? 0x01 : 0),
    2,
  );
  header.writeUInt8(0x80 | (rcode & 0x0f), 3);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(authorities.length, 8);
  header.writeUInt16BE(additionals.length + (edns ? 1 : 0), 10);
  return Buffer.concat([
    header,
    query.question,
    ...[...answers, ...authorities, ...additionals].map((zoneRecord) => encodeRecord(query, zoneRecord)),
    ...(edns ? [encodeOpt(rcode, options)] : []),
  ]);
}
