/** What a resolver does once arguments are read: the mirror, the addon, and getaddrinfo as the last resort. */
import { arrange } from '../lookup/address-list.ts';
import { LookupFlag, RecordType, Status } from '../native/binding.ts';
import { type Clock, nextTick } from '../runtime/captured.ts';
import type { FailoverStats } from '../guidance/failover-stats.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { Housekeeping } from './housekeeping.ts';
import { knownToSystems, type LastResort, type SystemAnswer } from '../lookup/last-resort.ts';
import { abortError, lookupError, lookupErrorOf, NOT_FOUND, TRY_AGAIN } from '../lookup/lookup-error.ts';
import type { LegsWorld } from '../legs/legs.ts';
import { Mirror } from '../mirror/mirror.ts';
import { NativeHandle } from '../native/native-handle.ts';
import type { EngineOptions } from '../configuration/options.ts';
import { finishAtOnce, type Outcome, PendingLookup, type Query } from '../lookup/pending-lookup.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import type { Port, Waiter } from '../native/port.ts';
import { type Answer, AnswerFlag, type RecordReader } from '../native/record.ts';
import type { SnapshotEnvironment } from '../snapshot/environment.ts';

/** Collaborators of an engine; tests put others in their place. */
export interface Surroundings {
  readonly port: Port;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  readonly lastResort: LastResort;
  readonly snapshots: SnapshotEnvironment;
  readonly loadTransport: LegsWorld['loadTransport'];
  readonly guidance: Guidance;
}

/** Who asks for the records of one type. */
export interface QueryWaiter extends Waiter {
  /** Told once, if there is no answer yet. It calls `handle.answered()` when it gets it. */
  wait(handle: NativeHandle, ticket: number): void;
}

/** Of the flags of a lookup, those that say what for, without those that say where. */
const WHAT_IS_ASKED = ~(LookupFlag.AtHand | LookupFlag.Bypass);

export class Engine {
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly housekeeping: Housekeeping;
  readonly #surroundings: Surroundings;
  #handle: NativeHandle;
  /** Rotates what is not mirrored. */
  #turn: number;
  #closed = false;
  #allowListRejected = 0;
  #watched: string | undefined;
  #closing: Promise<void> | undefined;

  /** @throws ResolverOptionError if the addon cannot use the options */
  constructor(options: EngineOptions, surroundings: Surroundings) {
    const { port, clock } = surroundings;
    this.clock = clock;
    this.#surroundings = surroundings;
    this.#turn = Math.floor(surroundings.random() * 0x10000);
    this.#handle = new NativeHandle(options, surroundings);
    this.mirror = new Mirror(port.generations, {
      clock,
      random: () => surroundings.random(),
      touch: (name, variant, hits) => {
        // It could start a refresh.
        if (this.#allows(name) && !isNetworkDenied())
          port.binding.touch(this.#handle.id, name, variant, hits);
      },
      poke: () => {
        // A program can drop its permission; what is kept from before must not be served for long then.
        if (isNetworkDenied()) this.mirror.clear();
        else port.binding.poke(this.#handle.id);
      },
    });
    this.housekeeping = new Housekeeping(this, surroundings);
    this.housekeeping.begin(options, this.#handle);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether lookups or queries are pending. */
  get isBusy(): boolean {
    return this.#handle.isBusy;
  }

  /** Lookups that failed because the allow-list has no such name. */
  get allowListRejected(): number {
    return this.#allowListRejected;
  }

  /** Lookups that are pending end with the options they began with. */
  reconfigure(options: EngineOptions): void {
    if (this.#closed) return;
    const replaced = this.#handle;
    this.#handle = new NativeHandle(options, this.#surroundings);
    this.mirror.clear();
    if (this.#watched !== undefined) {
      this.#watch(this.#handle, this.#watched);
      this.#watch(replaced, undefined);
    }
    this.housekeeping.begin(options, this.#handle);
    replaced.retire();
  }

  lookup(query: Query): void {
    const { request, name, variant } = query;
    if (this.#closed) {
      finishAtOnce(query, lookupErrorOf(Status.Closed, '', request.hostname));
      return;
    }
    if (request.signal?.aborted === true) {
      finishAtOnce(query, abortError(request.signal.reason));
      return;
    }
    const handle = this.#handle;
    const allowed = this.#allows(name);
    if (handle.system === 'only') {
      if (allowed) this.askSystem(new PendingLookup(this, handle, query), undefined);
      else finishAtOnce(query, this.#reject(request.hostname));
      return;
    }
    this.#ask(handle, allowed ? query : { ...query, variant: variant | LookupFlag.AtHand });
  }

  #ask(handle: NativeHandle, query: Query): void {
    const { request, name, variant } = query;
    const { port } = this.#surroundings;
    const ticket = port.reserve();
    if (port.binding.lookup(handle.id, name, variant, ticket, request.timeoutMs) === 0) {
      const pending = new PendingLookup(this, handle, query);
      handle.wait(ticket, pending);
      pending.onAbort(() => handle.cancel(ticket));
      return;
    }
    port.release(ticket);
    const answer = port.recordAtOnce().answer();
    const outcome = this.conclude(handle, query, answer);
    if (outcome instanceof Error && this.isForSystem(handle, query, answer)) {
      this.askSystem(new PendingLookup(this, handle, query), outcome);
    } else {
      finishAtOnce(query, outcome);
    }
  }

  /**
   * Asks for one record type.
   *
   * @param waiter gets the answer, if it is not returned
   * @returns the answer, to be read at once, or undefined if the waiter waits for it
   */
  query(name: string, rtype: number, waiter: QueryWaiter): RecordReader | undefined {
    const { port } = this.#surroundings;
    const handle = this.#handle;
    const ticket = port.reserve();
    // Names of other types are no host names, and on no list of them.
    const ofHost = rtype === RecordType.A || rtype === RecordType.AAAA;
    const flags = ofHost && !this.#allows(name) ? LookupFlag.AtHand : 0;
    if (port.binding.query(handle.id, name, rtype, ticket, 0, flags) === 0) {
      handle.wait(ticket, flags === 0 ? waiter : this.#countingRejection(waiter));
      waiter.wait(handle, ticket);
      return undefined;
    }
    port.release(ticket);
    const record = port.recordAtOnce();
    if (flags !== 0) this.#countIfRejected(record);
    return record;
  }

  #countingRejection(waiter: Waiter): Waiter {
    return {
      prepare: (record) => {
        this.#countIfRejected(record);
        return waiter.prepare(record);
      },
      run: () => waiter.run(),
    };
  }

  /** @param record answers a question for a name that is not on the allow-list */
  #countIfRejected(record: RecordReader): void {
    if (record.status === Status.NxDomain) this.#allowListRejected++;
  }

  /** What the caller gets for an answer of the addon. */
  conclude(handle: NativeHandle, { request, name, variant }: Query, answer: Answer): Outcome {
    if (answer.status === Status.NxDomain && isAtHand(variant)) return this.#reject(request.hostname);
    if (answer.status !== Status.Ok) return lookupErrorOf(answer.status, answer.detail, request.hostname);
    // An answer to a question asked under options since replaced is right for who asked, and for nobody else.
    if ((answer.flags & AnswerFlag.Complete) !== 0 && handle === this.#handle && !this.#closed) {
      const entry = this.mirror.fill(request.hostname, name, variant & WHAT_IS_ASKED, answer);
      if (entry !== undefined) return this.mirror.next(entry, request.order);
    }
    return arrange(answer, this.#turn++, request.order);
  }

  /** Whether the system may know better than this answer. */
  isForSystem(handle: NativeHandle, { name, variant }: Query, { status, flags }: Answer): boolean {
    if (
      isAtHand(variant) ||
      handle.system !== 'auto' ||
      (status !== Status.NxDomain && status !== Status.NoData)
    )
      return false;
    return (flags & AnswerFlag.OtherServices) !== 0 || knownToSystems(name);
  }

  /** @param denial what the caller gets if the system knows no better; without it, the system's own error */
  askSystem(pending: PendingLookup, denial: Error | undefined): void {
    const { request, name } = pending.query;
    const conclude = (answer: SystemAnswer): void => {
      if (answer.error !== undefined) {
        pending.settle(denial ?? lookupError(answer.error, request.hostname));
        return;
      }
      const { addresses } = answer;
      pending.settle(
        arrange({ addresses, family: 0, ranks: addresses.map((_, index) => index) }, 0, request.order),
      );
    };
    const kept = this.#surroundings.lastResort.ask(name, request.family, request.hints, conclude);
    if (kept !== undefined) {
      nextTick(conclude, kept);
      return;
    }
    pending.onAbort((reason) => nextTick(() => pending.settle(abortError(reason))));
    const deadlineMs = request.timeoutMs > 0 ? request.timeoutMs : pending.handle.deadlineMs;
    pending.onDeadline(pending.startedAt + deadlineMs - this.clock.monotonicMs(), () =>
      pending.settle(denial ?? lookupError(TRY_AGAIN, request.hostname)),
    );
  }

  /** @returns the cached answer; undefined if there is none */
  peek(name: string, variant: number): Answer | undefined {
    if (this.#closed) return undefined;
    const { port } = this.#surroundings;
    return port.binding.peek(this.#handle.id, name, variant) > 0 ? port.recordAtOnce().answer() : undefined;
  }

  /** @returns how many entries of the native cache were dropped */
  invalidate(hostname?: string, name?: string): number {
    if (this.#closed) return 0;
    this.mirror.clear(hostname);
    this.#surroundings.lastResort.clear();
    const { binding } = this.#surroundings.port;
    return name === undefined
      ? binding.invalidate(this.#handle.id)
      : binding.invalidate(this.#handle.id, name);
  }

  /**
   * Watches a file, instead of the one before.
   *
   * @param changed called when it is another than it was: replaced, modified, gone or there again
   * @returns what ends that
   */
  watch(path: string, changed: () => void): () => void {
    const watch = (watched: string | undefined): void => {
      this.#watched = watched;
      if (!this.#closed) this.#watch(this.#handle, watched);
    };
    const deafen = this.#surroundings.port.listen((news) => {
      if (news.event === 'file-changed' && news.path === path) changed();
    });
    watch(path);
    return () => {
      deafen();
      watch(undefined);
    };
  }

  /** JSON of the addon, undefined once closed. */
  nativeStats(): string | undefined {
    return this.#closed ? undefined : this.#surroundings.port.binding.stats(this.#handle.id);
  }

  /** Null where another thread decides about the upstreams, or there is nothing to decide. */
  failoverStats(): FailoverStats | null {
    return this.#closed ? null : this.#surroundings.guidance.statsOf(this.#handle);
  }

  /** Ends what is pending with an error; resolves when all of it has been told. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    this.mirror.clear();
    // What is kept of the cache is read from the open resolver.
    const saved = this.housekeeping.close();
    if (saved !== undefined) await saved;
    this.#handle.close();
    await this.#handle.idle();
  }

  #watch(handle: NativeHandle, path: string | undefined): void {
    this.#surroundings.port.binding.watch(handle.id, path);
  }

  #allows(name: string): boolean {
    return this.#handle.allow?.allows(name) ?? true;
  }

  #reject(hostname: string): Error {
    this.#allowListRejected++;
    return lookupError(NOT_FOUND, hostname);
  }
}

function isAtHand(variant: number): boolean {
  return (variant & LookupFlag.AtHand) !== 0;
}
