/** One lookup that waits: for the addon, and perhaps for getaddrinfo after it. */
import type { LookupAddress } from './address-list.ts';
import { Status } from '../native/binding.ts';
import { nextTick, type Timer } from '../runtime/captured.ts';
import type { Engine } from '../engine/engine.ts';
import { abortError } from './lookup-error.ts';
import type { LookupRequest } from './lookup-request.ts';
import type { NativeHandle } from '../native/native-handle.ts';
import type { Waiter } from '../native/port.ts';
import type { RecordReader } from '../native/record.ts';

const { AsyncResource } = process.getBuiltinModule('node:async_hooks');

/** What becomes of a lookup: an error, or at least one address. */
export type Finish = (error: Error | null, addresses: LookupAddress[]) => void;

/** What is asked, and for whom. */
export interface Query {
  readonly request: LookupRequest;
  /** ASCII, see hostname.ts. */
  readonly name: string;
  /** Flags of the addon. */
  readonly variant: number;
  readonly finish: Finish;
  /**
   * A callback runs in the async context of the caller, and never before the caller has returned; promises see to
   * both themselves.
   */
  readonly isCallback: boolean;
}

/** An error, or the addresses in the order that the caller gets. */
export type Outcome = Error | LookupAddress[];

const ASYNC_TYPE = 'DOUBAO_LOOKUP';
const DESTROYED_BY_US = { requireManualDestroy: true };
const NO_ADDRESSES: LookupAddress[] = [];

/** Settles a query for which nothing had to be waited. */
export function finishAtOnce(
  { finish, isCallback }: Pick<Query, 'finish' | 'isCallback'>,
  outcome: Outcome,
): void {
  const error = outcome instanceof Error ? outcome : null;
  const addresses = outcome instanceof Error ? NO_ADDRESSES : outcome;
  if (isCallback) nextTick(finish, error, addresses);
  else finish(error, addresses);
}

export class PendingLookup implements Waiter {
  readonly query: Query;
  readonly handle: NativeHandle;
  readonly startedAt: number;
  readonly #engine: Engine;
  readonly #context: InstanceType<typeof AsyncResource> | undefined;
  #stopListening: (() => void) | undefined;
  #timer: Timer | undefined;
  /** Of the addon. */
  #outcome: Outcome = NO_ADDRESSES;
  #settled = false;

  constructor(engine: Engine, handle: NativeHandle, query: Query) {
    this.query = query;
    this.handle = handle;
    this.startedAt = engine.clock.monotonicMs();
    this.#engine = engine;
    this.#context = query.isCallback ? new AsyncResource(ASYNC_TYPE, DESTROYED_BY_US) : undefined;
  }

  /** What to do if the caller's signal is aborted before the lookup settles. */
  onAbort(run: (reason: unknown) => void): void {
    this.#stopListening?.();
    const { signal } = this.query.request;
    if (signal === undefined) return;
    const listener = (): void => run(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', listener);
  }

  /** What to do if the lookup has not settled by then; for when the addon does not watch over its deadline. */
  onDeadline(delayMs: number, run: () => void): void {
    this.#timer = this.#engine.clock.after(Math.max(Math.ceil(delayMs), 1), run, true);
  }

  prepare(record: RecordReader): boolean {
    const { signal } = this.query.request;
    this.handle.answered();
    if (record.status === Status.Cancelled && signal?.aborted === true) {
      this.#outcome = abortError(signal.reason);
      return true;
    }
    const answer = record.answer();
    const outcome = this.#engine.conclude(this.handle, this.query, answer);
    if (outcome instanceof Error && this.#engine.isForSystem(this.handle, this.query, answer)) {
      this.#engine.askSystem(this, outcome);
      return false;
    }
    this.#outcome = outcome;
    return true;
  }

  run(): void {
    this.settle(this.#outcome);
  }

  /** Runs user code. Only the first call counts. */
  settle(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopListening?.();
    this.#timer?.cancel();
    const { finish } = this.query;
    const error = outcome instanceof Error ? outcome : null;
    const addresses = outcome instanceof Error ? NO_ADDRESSES : outcome;
    if (this.#context === undefined) {
      finish(error, addresses);
      return;
    }
    try {
      this.#context.runInAsyncScope(finish, undefined, error, addresses);
    } finally {
      this.#context.emitDestroy();
    }
  }
}
