/** Short address lists, laid out once per rotation, so that a hit builds its result by a literal. */
import { arrange, type LookupAddress, type RankedAddresses, turnsOf } from '../lookup/address-list.ts';
import type { ResultOrder } from '../runtime/node-dns.ts';

/** Longest list that is laid out. */
export const MAX_LAID_OUT = 4;

/** One rotation. Fields beyond the length of the list repeat its first address. */
export interface Layout {
  readonly a0: string;
  readonly f0: 4 | 6;
  readonly a1: string;
  readonly f1: 4 | 6;
  readonly a2: string;
  readonly f2: 4 | 6;
  readonly a3: string;
  readonly f3: 4 | 6;
  /** The next rotation; the last one leads to the first. */
  next: Layout;
}

/**
 * @param list one to {@link MAX_LAID_OUT} addresses
 * @returns the rotation of that turn, the head of the ring of all rotations
 */
export function layOut(list: RankedAddresses, turn: number, order: ResultOrder): Layout {
  const turns = turnsOf(list);
  const head = layoutOf(arrange(list, turn, order));
  let last = head;
  for (let offset = 1; offset < turns; offset++) {
    last.next = layoutOf(arrange(list, turn + offset, order));
    last = last.next;
  }
  last.next = head;
  return head;
}

function layoutOf(list: readonly LookupAddress[]): Layout {
  const first = list[0] as LookupAddress;
  const [, second = first, third = first, fourth = first] = list;
  const layout: Layout = {
    a0: first.address,
    f0: first.family,
    a1: second.address,
    f1: second.family,
    a2: third.address,
    f2: third.family,
    a3: fourth.address,
    f3: fourth.family,
    next: undefined as never,
  };
  layout.next = layout;
  return layout;
}

/** Fresh objects of a rotation. */
export function listOf(layout: Layout, count: number): LookupAddress[] {
  const { a0, f0, a1, f1, a2, f2, a3, f3 } = layout;
  const list: LookupAddress[] = [{ address: a0, family: f0 }];
  if (count > 1) list.push({ address: a1, family: f1 });
  if (count > 2) list.push({ address: a2, family: f2 });
  if (count > 3) list.push({ address: a3, family: f3 });
  return list;
}
