/** Orders the addresses of an answer: rotation among equals, then the order that the caller or Node asks for. */
import type { ResultOrder } from '../runtime/node-dns.ts';

/** An address as `lookup` gives it. */
export interface LookupAddress {
  address: string;
  family: 4 | 6;
}

/** The addresses of an answer, best first. */
export interface RankedAddresses {
  readonly addresses: readonly string[];
  /** Which all are of; 0 if both are among them, or if it is not known. */
  readonly family: 0 | 4 | 6;
  /** One per address, ascending, or empty if all are equal: those that RFC 6724 leaves equal have the same. */
  readonly ranks: readonly number[];
}

export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/**
 * @param turn how often this list was given out: each run of equals starts one further each time
 * @returns a fresh array of fresh objects
 */
export function arrange(list: RankedAddresses, turn: number, order: ResultOrder): LookupAddress[] {
  const { addresses, family } = list;
  const count = addresses.length;
  const rotated: LookupAddress[] = [];
  for (let start = 0; start < count;) {
    const end = endOfRun(list, start);
    const size = end - start;
    for (let offset = 0; offset < size; offset++) {
      const address = addresses[start + ((offset + turn) % size)] as string;
      rotated.push({ address, family: family === 0 ? familyOf(address) : family });
    }
    start = end;
  }
  if (order === 'verbatim' || family !== 0) return rotated;
  const front = order === 'ipv4first' ? 4 : 6;
  return [
    ...rotated.filter((each) => each.family === front),
    ...rotated.filter((each) => each.family !== front),
  ];
}

/** Where the run of equals ends that begins at `start`. */
function endOfRun({ addresses, ranks }: RankedAddresses, start: number): number {
  let end = start + 1;
  while (end < addresses.length && ranks[end] === ranks[start]) end++;
  return end;
}

/** How many turns bring the list back to where it was, for at most four addresses. */
export function turnsOf(list: RankedAddresses): number {
  let turns = 1;
  for (let start = 0; start < list.addresses.length;) {
    const end = endOfRun(list, start);
    // Runs of at most four addresses in all: either one is of length 1 or they are equal, so the longest covers all.
    turns = Math.max(turns, end - start);
    start = end;
  }
  return turns;
}
