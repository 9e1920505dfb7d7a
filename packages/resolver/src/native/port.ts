/**
 * The port to the addon: tickets of what is pending, and the delivery of answers. All records of a batch are
 * decoded before any user code runs; between two callbacks Node's queues are emptied, as between two timers.
 */
import { type Binding, LEG_TICKET, type NativeEvent, NEWS_TICKET } from './binding.ts';
import { type Leg, RecordReader } from './record.ts';
import { LegOutcome } from '../legs/outcome.ts';
import { runAll, type Runnable } from './run-all.ts';

/** Where the addon puts the record of an answer that it has at once. */
const SCRATCH_OCTETS = 256 * 1024;

/** Who waits for an answer. */
export interface Waiter extends Runnable {
  /**
   * Takes the answer; runs no user code.
   *
   * @param record stands at the answer, which it shows until this returns
   * @returns whether {@link Waiter.run} is to be called, which does; else the waiter finishes in its own time
   */
  prepare(record: RecordReader): boolean;
}

/** One copy of this package in one environment. */
export class Port {
  readonly binding: Binding;
  readonly id: number;
  /** See {@link Binding.generations}. Undefined where external memory is refused. */
  readonly generations: Uint32Array | undefined;
  readonly #scratch: Uint8Array = new Uint8Array(SCRATCH_OCTETS);
  readonly #scratchReader: RecordReader = new RecordReader(this.#scratch);
  /** By ticket. */
  readonly #waiters: (Waiter | undefined)[] = [];
  readonly #freeTickets: number[] = [];
  readonly #listeners: Set<(news: NativeEvent) => void> = new Set();
  /** By handle. */
  readonly #carriers: Map<number, (leg: Leg) => void> = new Map();

  constructor(binding: Binding) {
    this.binding = binding;
    this.id = binding.attach(this.#scratch, (bytes, length) => this.#deliver(bytes, length));
    this.generations = binding.generations() ?? undefined;
  }

  /** Closes the port, unless a resolver of it is open: then false. */
  detach(): boolean {
    return this.binding.detach(this.id);
  }

  /** A number for a request, which nobody else gets before {@link Port.release} or the delivery of its answer. */
  reserve(): number {
    return this.#freeTickets.pop() ?? this.#waiters.push(undefined) - 1;
  }

  release(ticket: number): void {
    this.#waiters[ticket] = undefined;
    this.#freeTickets.push(ticket);
  }

  wait(ticket: number, waiter: Waiter): void {
    this.#waiters[ticket] = waiter;
  }

  /**
   * @param receive gets the news that the addon has for this environment
   * @returns what ends that
   */
  listen(receive: (news: NativeEvent) => void): () => void {
    this.#listeners.add(receive);
    return () => this.#listeners.delete(receive);
  }

  /**
   * @param carry gets the legs that are offered to a resolver of this environment
   * @returns what ends that
   */
  carryFor(handle: number, carry: (leg: Leg) => void): () => void {
    this.#carriers.set(handle, carry);
    return () => this.#carriers.delete(handle);
  }

  /** The answer that the addon has just put into the scratch memory; shows it until the addon is called again. */
  recordAtOnce(): RecordReader {
    return this.#scratchReader.moveTo(0);
  }

  #deliver(bytes: Uint8Array, length: number): void {
    const reader = bytes === this.#scratch ? this.#scratchReader : new RecordReader(bytes);
    const ready: Runnable[] = [];
    for (let offset = 0; offset < length; offset += reader.size) {
      const { ticket } = reader.moveTo(offset);
      if (ticket >= LEG_TICKET) {
        this.#deliverUnasked(ticket, reader, ready);
        continue;
      }
      const waiter = this.#waiters[ticket];
      if (waiter === undefined) continue;
      this.release(ticket);
      if (waiter.prepare(reader)) ready.push(waiter);
    }
    runAll(ready);
  }

  #deliverUnasked(ticket: number, reader: RecordReader, ready: Runnable[]): void {
    if (ticket === NEWS_TICKET) {
      const news = JSON.parse(reader.answer().detail) as NativeEvent;
      for (const receive of this.#listeners) ready.push({ run: () => receive(news) });
      return;
    }
    const leg = reader.leg();
    ready.push({ run: () => (this.#carriers.get(leg.handle) ?? this.#decline)(leg) });
  }

  /** Its resolver is closed; another environment may have one. */
  readonly #decline = ({ leg }: Leg): void => {
    if (this.binding.takeLeg(this.id, leg) > 0) this.binding.answerLeg(this.id, leg, LegOutcome.Local, false);
  };
}
