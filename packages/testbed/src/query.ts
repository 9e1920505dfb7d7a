import type { IncomingHttpHeaders } from 'node:http2';
import { decode } from 'dns-packet';

/** What carries queries to a server. */
export type ServerTransport = 'udp' | 'tcp' | 'tls' | 'https';

/** The HTTP request that brought a query (RFC 8484). */
export interface HttpRequestLine {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Where a query came from. */
export interface QuerySource {
  readonly transport: ServerTransport;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  /** Ordinal of the TCP connection at its server, counted from 1; undefined over UDP. */
  readonly connection?: number | undefined;
  /** Over HTTPS only. */
  readonly http?: HttpRequestLine | undefined;
}

/** An EDNS option as received (RFC 6891 §6.1.2). */
export interface EdnsOption {
  readonly code: number;
  readonly data: Buffer;
}

/** One query as a server received it. */
export interface Query extends QuerySource {
  /** As on the wire, letter case kept, without trailing dot; the root is `''`. */
  readonly name: string;
  /** Mnemonic such as `'AAAA'`; a type that dns-packet does not know is `'UNKNOWN_65'`. */
  readonly type: string;
  /** Mnemonic such as `'IN'`. */
  readonly class: string;
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly hasOpt: boolean;
  /** Largest UDP answer the client takes, in octets: what OPT says, at least 512, and 512 without OPT. */
  readonly udpPayloadSize: number;
  readonly options: readonly EdnsOption[];
  /** The question section as received: name, type and class. */
  readonly question: Buffer;
  /** The whole message as received, without TCP length. */
  readonly bytes: Buffer;
  /** When it was read, in ms of `performance.now()`. */
  readonly at: number;
}

const headerOctets = 12;
const smallestUdpPayload = 512;

function endOfQuestion(bytes: Buffer): number {
  let offset = headerOctets;
  for (let length = bytes.readUInt8(offset); length !== 0; length = bytes.readUInt8(offset)) {
    offset += 1 + length;
  }
  return offset + 1 + 4;
}

/**
 * Reads a query strictly.
 *
 * @throws Error if the octets are no query with exactly one question: a client under test must never send that.
 */
export function parseQuery(bytes: Buffer, source: QuerySource, at: number): Query {
  const packet = decode(bytes);
  const [question, ...more] = packet.questions ?? [];
  if (packet.type !== 'query') throw new Error('The message is a response, not a query');
  if (question === undefined || more.length > 0) throw new Error('A query has exactly one question');
  const opts = (packet.additionals ?? []).filter((record) => record.type === 'OPT');
  const [opt] = opts;
  if (opts.length > 1) throw new Error('A query has at most one OPT record');
  return {
    ...source,
    name: question.name === '.' ? '' : question.name,
    type: question.type,
    class: question.class ?? 'IN',
    id: packet.id ?? 0,
    recursionDesired: packet.flag_rd,
    hasOpt: opt !== undefined,
    udpPayloadSize: Math.max(opt?.udpPayloadSize ?? 0, smallestUdpPayload),
    options: (opt?.options ?? []).map((option) => ({
      code: option.code,
      data: option.data ?? Buffer.alloc(0),
    })),
    question: bytes.subarray(headerOctets, endOfQuestion(bytes)),
    bytes,
    at,
  };
}
