/** What the functions of one `Resolver`, or those of the module, work on: whom they ask, and what of theirs is pending. */
import { isIP } from '../runtime/is-ip.ts';
import type { NativeOptions } from '../native/binding.ts';
import type { Engine } from '../engine/engine.ts';
import { nodeMembers } from '../runtime/node-dns.ts';
import { type EngineOptions, withServersOnly } from '../configuration/options.ts';
import type { ServerAddress } from '../configuration/server-address.ts';
import type { EngineSlot } from '../lookup/target.ts';
import { type Pending, PendingQuestions } from './pending-questions.ts';
import { checkLocalAddress, pendingQueriesError, readServers, serverTexts } from './resolver-arguments.ts';
import { type ResolverTiming, timingOptions } from './resolver-timing.ts';

type LocalAddress = NonNullable<NativeOptions['localAddress']>;

/** Closes what scopes have opened for themselves, once nobody can ask by them any more. */
let abandoned: FinalizationRegistry<EngineSlot> | undefined;

export class QueryScope {
  readonly #base: EngineSlot;
  readonly #timing: ResolverTiming | undefined;
  /**
   * Of a scope that can be cancelled. A question holds its scope, so that a `Resolver` that nobody else holds lives as
   * long as it waits.
   */
  readonly #pending: PendingQuestions | undefined;
  #servers: readonly ServerAddress[] | undefined;
  #localAddress: LocalAddress | undefined;
  /** Opened when something differs from the options of `#base`. */
  #own: EngineSlot | undefined;
  /** The options that `#own` was made from; undefined if it must be made anew. */
  #madeFrom: EngineOptions | undefined;

  /**
   * @param base whose options hold for everything that this scope has not been told
   * @param isCancellable whether {@link QueryScope.cancel} will be called
   */
  constructor(base: EngineSlot, timing?: ResolverTiming, isCancellable: boolean = false) {
    this.#base = base;
    this.#timing = timing;
    this.#pending = isCancellable ? new PendingQuestions() : undefined;
  }

  get hostsPath(): string | false {
    return this.#base.options.native.hosts;
  }

  /** Servers were set, and they are none: nothing can be asked. */
  get isWithoutServers(): boolean {
    return this.#servers?.length === 0;
  }

  /** Opens the resolver if need be. */
  engine(): Engine {
    if (this.#servers === undefined && this.#localAddress === undefined && this.#timing === undefined) {
      return this.#base.open();
    }
    const { options } = this.#base;
    if (this.#madeFrom !== options) {
      const own = this.#options(options);
      if (this.#own === undefined) {
        this.#own = this.#base.sibling(own);
        abandoned ??= new FinalizationRegistry((slot) => void slot.opened?.close());
        abandoned.register(this, this.#own);
      } else {
        this.#own.configure(own);
      }
      this.#madeFrom = options;
    }
    return (this.#own as EngineSlot).open();
  }

  wait(question: Pending): void {
    this.#pending?.add(question);
  }

  /** To be called when the answer to a question that was waited for is there. */
  settle(question: Pending): void {
    this.#pending?.remove(question);
  }

  /** All that is pending fails with `ECANCELLED`. */
  cancel(): void {
    this.#pending?.withdrawAll();
  }

  /** As Node's `getServers` gives them: those that have an address, so that `setServers` would take them. */
  getServers(): string[] {
    const servers = this.#servers ?? this.#base.options.native.servers;
    return servers === 'system' ? (nodeMembers['getServers'] as () => string[])() : serverTexts(servers);
  }

  /**
   * @param evenPending Node's module functions take other servers at any time, a `Resolver` only while nothing is
   *   pending
   * @throws what the running Node throws
   */
  setServers(servers: unknown, evenPending: boolean): void {
    const read = readServers(servers);
    if (!evenPending && this.#pending?.isEmpty === false) throw pendingQueriesError(servers);
    this.#servers = read;
    this.#madeFrom = undefined;
  }

  /** @throws what the running Node throws */
  setLocalAddress(ipv4: unknown, ipv6: unknown): void {
    checkLocalAddress(ipv4, ipv6);
    // Either may be the one of either family; both are forgotten if a call does not name them.
    const given = [ipv4, ipv6].filter((address) => address !== undefined) as string[];
    const ofFamily = (family: 4 | 6): string | undefined => given.find((address) => isIP(address) === family);
    const [v4, v6] = [ofFamily(4), ofFamily(6)];
    this.#localAddress = {
      ...(v4 === undefined ? {} : { ipv4: v4 }),
      ...(v6 === undefined ? {} : { ipv6: v6 }),
    };
    this.#madeFrom = undefined;
  }

  #options(base: EngineOptions): EngineOptions {
    const whom = this.#servers === undefined ? base : withServersOnly(base, this.#servers);
    const { servers } = whom.native;
    const native: NativeOptions = {
      ...whom.native,
      ...(this.#localAddress === undefined ? {} : { localAddress: this.#localAddress }),
      ...(this.#timing === undefined
        ? {}
        : timingOptions(this.#timing, (servers === 'system' ? this.getServers() : servers).length)),
    };
    // What keeps the cache warm belongs to the resolver itself.
    return { ...whom, native, prewarm: [], prewarmAt: undefined, snapshot: undefined };
  }
}
