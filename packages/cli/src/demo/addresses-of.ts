import type { LookupAddress } from 'node:dns';

/** The addresses alone, in the order they came. */
export function addressesOf(answer: readonly LookupAddress[]): string[] {
  return answer.map(({ address }) => address);
}

/** Whether both lists hold the same addresses, whatever the order: equal ones are rotated. */
export function sameAddresses(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
