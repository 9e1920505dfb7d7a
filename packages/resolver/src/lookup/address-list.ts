/** Orders the addresses of an answer: rotation among equals, then the order that the caller or Node asks for. */
import type { ResultOrder } from '../runtime/node-dns.ts';

/** An address as `lookup` gives it. */
export interface LookupAddress {
  address: string;
  family: 4 | 6;
}

/** The addresses of an answer, best first. Neighbours of equal rank are those that RFC 6724 leaves equal. */
export interface RankedAddresses {
  readonly addresses: readonly string[];
  /** One per address, ascending. */
  readonly ranks: readonly number[];
}

export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/**
 * @param turn how often this list was given out: each run of equals starts one further each time
 * @returns a fresh array of fresh objects
 */
export function arrange(
  { addresses, ranks }: RankedAddresses,
  turn: number,
  order: ResultOrder,
): LookupAddress[] {
  const rotated: LookupAddress[] = [];
  const count = addresses.length;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && ranks[end] === ranks[start]) end++;
    const size = end - start;
    for (let offset = 0; offset < size; offset++) {
      const address = addresses[start + ((offset + turn) % size)] as string;
      rotated.push({ address, family: familyOf(address) });
    }
    start = end;
  }
  if (order === 'verbatim') return rotated;
  const front = order === 'ipv4first' ? 4 : 6;
  return [
    ...rotated.filter(({ family }) => family === front),
    ...rotated.filter(({ family }) => family !== front),
  ];
}

/** How many turns bring the list back to where it was, for at most four addresses. */
export function turnsOf({ ranks }: RankedAddresses): number {
  let turns = 1;
  for (let start = 0; start < ranks.length;) {
    let end = start + 1;
    while (end < ranks.length && ranks[end] === ranks[start]) end++;
    // Runs of at most four addresses in all: either one is of length 1 or they are equal, so the longest covers all.
    turns = Math.max(turns, end - start);
    start = end;
  }
  return turns;
}
