import type { Behaviour } from '../exchange.ts';
import { cname, ownedBy, type ZoneRecord } from '../records.ts';
import { respond } from './respond.ts';

/** How a chain is laid out in the answer section. */
export interface ChainOptions {
  /** Number of CNAME records. */
  readonly length: number;
  /** Records at the end of the chain; without any, the chain is incomplete and the client has to ask for its end. */
  readonly end?: readonly ZoneRecord[];
  /** `'reversed'` puts the end first, `'shuffled'` mixes by a fixed permutation. Default `'in-order'`. */
  readonly order?: 'in-order' | 'reversed' | 'shuffled';
  /** Suffix of the names between. Default `'chain.test'`. */
  readonly suffix?: string;
}

/** Name number `link` of a chain, counted from 1; the last one is where its end is. */
export function chainName(link: number, suffix: string = 'chain.test'): string {
  return `link-${link}.${suffix}`;
}

// Fixed, so that a failure repeats; no record stays beside its neighbours.
function shuffled<T>(items: readonly T[]): T[] {
  const odd = items.filter((_, index) => index % 2 === 1).toReversed();
  const even = items.filter((_, index) => index % 2 === 0);
  return [...odd, ...even];
}

/** The records of a chain from `name` on. */
export function chainRecords(name: string, options: ChainOptions): ZoneRecord[] {
  const { length, end = [], order = 'in-order', suffix } = options;
  const links = Array.from({ length }, (_, index) =>
    ownedBy(index === 0 ? name : chainName(index, suffix), cname(chainName(index + 1, suffix))),
  );
  const records = [...links, ...end.map((zoneRecord) => ownedBy(chainName(length, suffix), zoneRecord))];
  if (order === 'reversed') return records.toReversed();
  return order === 'shuffled' ? shuffled(records) : records;
}

/** Answers with a chain of CNAME records from the name that was asked. */
export function cnameChain(options: ChainOptions): Behaviour {
  return (exchange) => respond({ answers: chainRecords(exchange.query.name, options) })(exchange);
}

/** A chain of `length` CNAME records whose last one leads back to the name that was asked. */
export function cnameLoop(length: number): Behaviour {
  return (exchange) => {
    const { name } = exchange.query;
    const back = ownedBy(length === 1 ? name : chainName(length - 1), cname(name));
    return respond({ answers: [...chainRecords(name, { length: length - 1 }), back] })(exchange);
  };
}
