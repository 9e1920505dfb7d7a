/** One answer in the mirror, and the counting of its hits without a clock. */
import type { RankedAddresses } from '../lookup/address-list.ts';
import type { Due } from './due-queue.ts';
import type { Layout } from './layout.ts';
import type { Answer } from '../native/record.ts';

/** Hits of one entry after which the clock is read: promises resolved in a loop can keep timers from running. */
const HITS_PER_CLOCK_READ = 1024;
/** The mirror's timer fires no more often, and entries end that much early rather than late. */
export const TICK_MS = 50;
/** The native cache learns of hits at least this often, or it would take a busy name for an idle one. */
export const REPORT_INTERVAL_MS = 10_000;

/** The fields that a hit reads come first. */
export class Entry implements Due, RankedAddresses {
  /** Flags of the lookup that it answers, see `LookupFlag`. */
  readonly variant: number;
  /** The counter that ends it early, and what that counter showed. */
  readonly slot: number;
  readonly generation: number;
  /** How many addresses. */
  readonly count: number;
  /** Perhaps both families, so that an order that moves one to the front changes something. */
  readonly mixed: boolean;
  /** Counts down per hit; at 0 the mirror is to be told. */
  fuel: number = HITS_PER_CLOCK_READ;
  /** The rotation that is next, per order; undefined until first used, and for lists too long to lay out. */
  verbatim: Layout | undefined = undefined;
  ipv4first: Layout | undefined = undefined;
  ipv6first: Layout | undefined = undefined;
  /** Another variant of the same host name. */
  next: Entry | undefined = undefined;

  readonly hostname: string;
  /** The name that native code knows. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly family: 0 | 4 | 6;
  readonly ranks: readonly number[];
  /** Rotations given out. */
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
  #startingFuel: number = HITS_PER_CLOCK_READ;
  #counted = 0;

  /** @param now whole milliseconds: numbers that are no integers are objects of their own */
  constructor(hostname: string, name: string, variant: number, answer: Answer, now: number, turn: number) {
    this.variant = variant;
    this.slot = answer.slot;
    this.generation = answer.generation;
    this.count = answer.addresses.length;
    this.mixed = answer.family === 0;
    this.hostname = hostname;
    this.name = name;
    this.addresses = answer.addresses;
    this.family = answer.family;
    this.ranks = answer.ranks;
    this.turn = turn;
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
    return this.#counted + this.#startingFuel - this.fuel;
  }

  /** Makes the next hit the one that brings the fuel to 0. */
  drain(): void {
    this.#setFuel(1);
  }

  refuel(): void {
    this.#setFuel(HITS_PER_CLOCK_READ);
  }

  #setFuel(fuel: number): void {
    this.#counted = this.hits;
    this.#startingFuel = fuel;
    this.fuel = fuel;
  }
}
