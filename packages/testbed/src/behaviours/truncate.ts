import type { Behaviour } from '../exchange.ts';
import type { ZoneRecord } from '../records.ts';
import { byTransport } from './choose.ts';
import { respond } from './respond.ts';

/** TC set, with these records as the part that fitted (RFC 2181 §9: the client must not use them). */
export function truncated(...partial: ZoneRecord[]): Behaviour {
  return respond({ answers: partial, truncated: true });
}

/** TC over UDP, `overTcp` over TCP. */
export function truncatedOverUdp(overTcp: Behaviour, ...partial: ZoneRecord[]): Behaviour {
  return byTransport({ udp: truncated(...partial), tcp: overTcp });
}
