import type { Behaviour } from '../exchange.ts';
import type { ResponseParts } from '../response.ts';
import { composeResponse } from '../response.ts';
import { reply } from './reply.ts';
import { connectionOf } from './tcp-closing.ts';

/** Largest message that fits behind the two octets of length. */
export const largestMessageOctets = 65_535;

/** TCP only: a frame of `length` octets, all zero: shorter than a header below 12. */
export function frameOfLength(length: number): Behaviour {
  return (exchange) => {
    const octets = Buffer.alloc(2 + length);
    octets.writeUInt16BE(length, 0);
    return connectionOf(exchange).write(octets);
  };
}

// Owner (root) 1, type 2, class 2, TTL 4, RDLENGTH 2.
const fillerOverheadOctets = 11;
const fillerType = 'UNKNOWN_65280';

/** A valid answer with `parts` of exactly `octets` octets, filled up by a record of a private type as additional. */
export function answerOfSize(octets: number, parts: ResponseParts): Behaviour {
  return reply((query) => {
    const filler = octets - composeResponse(query, parts).length - fillerOverheadOctets;
    const record = { name: '.', type: fillerType, ttl: 0, data: Buffer.alloc(filler) };
    return composeResponse(query, { ...parts, additionals: [...(parts.additionals ?? []), record] });
  });
}
