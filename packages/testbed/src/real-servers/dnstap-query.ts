import type { QuerySource } from '../query.ts';
import { protobufFields } from './protobuf-fields.ts';

/** A query as a name server reported it by dnstap. */
export interface DnstapQuery {
  readonly source: QuerySource;
  /** The query as the server received it. */
  readonly bytes: Buffer;
  /** When the server received it, in ms of `performance.now()`. */
  readonly at: number;
}

// Field numbers and values of dnstap.proto (https://dnstap.info).
const dnstapMessage = 14;
const fields = {
  type: 1,
  socketProtocol: 3,
  queryAddress: 4,
  queryPort: 6,
  queryTimeSeconds: 8,
  queryTimeNanoseconds: 9,
  queryMessage: 10,
} as const;
const queryTypes: readonly unknown[] = [1 /* AUTH_QUERY */, 5 /* CLIENT_QUERY */];
const socketProtocolTcp = 2;

function addressText(address: Buffer): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16));
  // The URL parser writes IPv6 in its canonical form (RFC 5952), in brackets.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Reads one dnstap frame; undefined if it is something else than a query that a client sent to the server. */
export function parseDnstapQuery(frame: Buffer): DnstapQuery | undefined {
  const outer = new Map([...protobufFields(frame)].map(({ number, value }) => [number, value]));
  const message = outer.get(dnstapMessage);
  if (!(message instanceof Buffer)) return undefined;
  const inner = new Map([...protobufFields(message)].map(({ number, value }) => [number, value]));
  const bytes = inner.get(fields.queryMessage);
  const address = inner.get(fields.queryAddress);
  if (!queryTypes.includes(inner.get(fields.type)) || !(bytes instanceof Buffer)) return undefined;
  const seconds = Number(inner.get(fields.queryTimeSeconds) ?? 0);
  const nanoseconds = Number(inner.get(fields.queryTimeNanoseconds) ?? 0);
  return {
    source: {
      transport: inner.get(fields.socketProtocol) === socketProtocolTcp ? 'tcp' : 'udp',
      sourceAddress: address instanceof Buffer ? addressText(address) : '',
      sourcePort: Number(inner.get(fields.queryPort) ?? 0),
    },
    bytes,
    at: seconds * 1000 + nanoseconds / 1e6 - performance.timeOrigin,
  };
}
