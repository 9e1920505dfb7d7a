/** One answer in the mirror, and the counting of its hits without a clock. */
import type { LookupAddress, RankedAddresses } from '../lookup/address-list.ts';
import type { Due } from './due-queue.ts';
import type { Layout } from './layout.ts';
import type { Answer } from '../native/record.ts';

/** Hits of one entry after which the clock is read: promises resolved in a loop can keep timers from running. */
const HITS_PER_CLOCK_READ = 1024;
/** The mirror's timer fires no more often, and entries end that much early rather than late. */
export const TICK_MS = 50;
/** The native cache learns of hits at least this often, or it would take a busy name for an idle one. */
export const REPORT_INTERVAL_MS = 10_000;

/** The fields that a hit reads come first: in a program that looks up many names they are what must be fetched. */
export class Entry implements Due, RankedAddresses {
  /** Flags of the lookup that it answers, see `LookupFlag`. */
  readonly variant: number;
  /** The counter that ends it early, and what that counter showed. */
  readonly slot: number;
  readonly generation: number;
  /** Counts down per hit; at 0 the mirror is to be told. */
  fuel: number = HITS_PER_CLOCK_READ;
  /**
   * Of a short list, one of one or two equals of one family: that family; 0 for any other list. With an even fuel its
   * first address is {@link Entry.even}, else {@link Entry.odd}: a hit rotates it by counting.
   */
  readonly shortFamily: 0 | 4 | 6;
  even: string;
  /** The same if there is but one. */
  odd: string;
  /** How many addresses. */
  readonly count: number;
  /** Another variant of the same host name. */
  next: Entry | undefined = undefined;

  /** Perhaps both families, so that an order that moves one to the front changes something. */
  readonly mixed: boolean;
  /** Of lists that are not short, the rotation that is next, per order; undefined until first used, and for long ones. */
  verbatim: Layout | undefined = undefined;
  ipv4first: Layout | undefined = undefined;
  ipv6first: Layout | undefined = undefined;
  readonly hostname: string;
  /** The name that native code knows. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly family: 0 | 4 | 6;
  readonly ranks: readonly number[];
  /** Rotations given out of a list that is not short. */
  turn: number;
  /** Monotonic milliseconds, like all times here. */
  readonly expiresAt: number;
  /** From then on the next hit is reported to the native cache. */
  reportAt: number;
  dueAt: number;
  position = -1;
  /** Index in the mirror's list of entries. */
  index = -1;
  /** Of {@link Entry.hits}, those the native cache knows of. */
  reported = 0;
  /** What {@link Entry.hits} was when eviction last considered this entry. */
  considered = 0;
  /** {@link Entry.hits} and the fuel together. */
  #hitsAndFuel: number = HITS_PER_CLOCK_READ;

  /** @param now whole milliseconds: numbers that are no integers are objects of their own */
  constructor(hostname: string, name: string, variant: number, answer: Answer, now: number, turn: number) {
    this.variant = variant;
    this.slot = answer.slot;
    this.generation = answer.generation;
    const { addresses, ranks } = answer;
    const isShort = addresses.length === 1 || (addresses.length === 2 && ranks[0] === ranks[1]);
    this.turn = turn;
    this.shortFamily = isShort ? answer.family : 0;
    this.even = addresses[0] as string;
    this.odd = addresses[1] ?? this.even;
    // Whoever brought the answer swaps first.
    if ((turn & 1) === 0) this.swap();
    this.count = addresses.length;
    this.mixed = answer.family === 0;
    this.hostname = hostname;
    this.name = name;
    this.addresses = addresses;
    this.family = answer.family;
    this.ranks = ranks;
    this.expiresAt = now + answer.expiresInMs;
    this.reportAt = now + Math.min(answer.refreshInMs, REPORT_INTERVAL_MS);
    this.dueAt = Math.min(this.expiresAt - TICK_MS, this.reportAt);
  }

  /** Whether it says the same for as long as the answer does. */
  covers({ addresses, expiresInMs }: Answer, now: number): boolean {
    return (
      this.expiresAt >= now + expiresInMs - 1 &&
      addresses.length === this.count &&
      addresses.every((address, index) => address === this.addresses[index])
    );
  }

  get hits(): number {
    return this.#hitsAndFuel - this.fuel;
  }

  /** The short list as it is now. */
  get short(): LookupAddress[] {
    const { count, fuel, even, odd } = this;
    const family = this.shortFamily as 4 | 6;
    if (count === 1) return [{ address: even, family }];
    const [first, second] = (fuel & 1) === 0 ? [even, odd] : [odd, even];
    return [
      { address: first, family },
      { address: second, family },
    ];
  }

  /** Rotates the short list without a hit. */
  swap(): void {
    const { even, odd } = this;
    this.even = odd;
    this.odd = even;
  }

  /** Makes the next hit the one that brings the fuel to 0. */
  drain(): void {
    this.#setFuel(1);
  }

  refuel(): void {
    this.#setFuel(HITS_PER_CLOCK_READ);
  }

  #setFuel(fuel: number): void {
    if (((fuel ^ this.fuel) & 1) === 1) this.swap();
    this.#hitsAndFuel += fuel - this.fuel;
    this.fuel = fuel;
  }
}
