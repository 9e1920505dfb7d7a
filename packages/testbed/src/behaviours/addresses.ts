import type { Behaviour } from '../exchange.ts';
import { a, aaaa, type ZoneRecord } from '../records.ts';
import { respond } from './respond.ts';

/** `count` different A records in 10.0.0.0/8, from 10.0.0.1 on. 4 000 of them fit in one TCP message, 4 093 at most. */
export function manyA(count: number, ttlSeconds?: number): ZoneRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const host = index + 1;
    return a(`10.${host >>> 16}.${(host >>> 8) & 0xff}.${host & 0xff}`, ttlSeconds);
  });
}

/** `count` different AAAA records in 2001:db8::/112, from 2001:db8::1 on; at most 65 535. */
export function manyAaaa(count: number, ttlSeconds?: number): ZoneRecord[] {
  return Array.from({ length: count }, (_, index) =>
    aaaa(`2001:db8::${(index + 1).toString(16)}`, ttlSeconds),
  );
}

/** The same records each time, the order turned by one at each query, as name servers balance load. */
export function rotating(...records: ZoneRecord[]): Behaviour {
  let turn = 0;
  return (exchange) => {
    const first = turn % records.length;
    turn += 1;
    return respond({ answers: [...records.slice(first), ...records.slice(0, first)] })(exchange);
  };
}

/** One of the records each time, in turn: the answer changes at every refresh. */
export function alternating(...records: ZoneRecord[]): Behaviour {
  let turn = 0;
  return (exchange) => {
    const answers = records.slice(turn % records.length).slice(0, 1);
    turn += 1;
    return respond({ answers })(exchange);
  };
}
