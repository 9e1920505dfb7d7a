import type { Behaviour } from '../exchange.ts';
import { respond } from './respond.ts';

/** FORMERR or NOTIMP without OPT to every query that has an OPT, `inner` to the rest: a server older than EDNS. */
export function refusingEdns(inner: Behaviour, rcode: 'FORMERR' | 'NOTIMP' = 'FORMERR'): Behaviour {
  const refusal = respond({ rcode, edns: false });
  return (exchange) => (exchange.query.hasOpt ? refusal(exchange) : inner(exchange));
}

/** Drops every query that has an OPT, as some firewalls do. */
export function silentToEdns(inner: Behaviour): Behaviour {
  return (exchange) => (exchange.query.hasOpt ? undefined : inner(exchange));
}

/** {@link respond}s without OPT even to queries that have one. */
export function ignoringEdns(inner: Behaviour): Behaviour {
  return (exchange) => inner({ ...exchange, query: { ...exchange.query, hasOpt: false } });
}
