/** Resolvers as users hold them. */
import { familyOf, type LookupAddress } from './lookup/address-list.ts';
import { LookupFlag, type NativeStats, Status } from './native/binding.ts';
import type { Surroundings } from './engine/engine.ts';
import type { FailoverStats } from './guidance/failover-stats.ts';
import { normalizeHostname } from './lookup/hostname.ts';
import { createLookup, type Lookup } from './lookup/lookup.ts';
import { type EngineOptions, readOptions, type ResolverOptions } from './configuration/options.ts';
import { knownCopies } from './install/package-copy.ts';
import { type PrewarmOptions, readPrewarmTime } from './prewarm/prewarm-arguments.ts';
import type { PrewarmResult } from './prewarm/prewarmer.ts';
import { createPromisesLookup, type PromisesLookup } from './lookup/promises-lookup.ts';
import { AnswerFlag } from './native/record.ts';
import { promisesResolveMembers } from './resolve/promises-resolve.ts';
import { QueryScope } from './resolve/query-scope.ts';
import { resolveMembers } from './resolve/resolve-functions.ts';
import type { PackageCopy } from './install/registry.ts';
import type { PromisesResolveFunctions, ResolveFunctions } from './resolve/types.ts';
import { EngineSlot } from './lookup/target.ts';

/** What the cache holds for a host name. */
export interface CachedAnswer {
  /** In the order of RFC 6724; empty if the cache holds a denial or a failure. */
  readonly addresses: readonly LookupAddress[];
  /** Undefined with addresses; else `ENOTFOUND` or `EAI_AGAIN`, which a lookup would fail with. */
  readonly code: 'ENOTFOUND' | 'EAI_AGAIN' | undefined;
  /** Milliseconds that are left; 0 for stale answers. */
  readonly expiresInMs: number;
  /** Expired, and kept for when upstreams fail. */
  readonly stale: boolean;
  /** From the hosts file. */
  readonly fromHosts: boolean;
}

/**
 * A moment's view: what the addon counts for all threads, and what this thread holds in front of it. All zero before
 * the first lookup and after `close`. Counters only grow: what happened between two moments is their difference.
 */
export interface ResolverStats extends NativeStats {
  /**
   * Gauge and counter of this resolver in this thread: answers held in front of the native cache, at most 4 096, and
   * lookups that they answered. These did not reach the addon and are not among `lookups`.
   */
  readonly mirror: { readonly entries: number; readonly hits: number };
  /**
   * The copies of this package that have opened a resolver in this thread. Those with the same addon share a cache and
   * what is counted of it; a copy with an addon of its own has its own.
   */
  readonly copies: readonly PackageCopy[];
  /** Counter of this resolver in this thread: lookups that failed because the allow-list has no such name. */
  readonly allowListRejected: number;
  /**
   * Who is asked first and why, where this thread decides about it: in the one that owns the namespace, as soon as several
   * upstreams were asked. Null otherwise; `upstreams` says what all threads know.
   */
  readonly failover: FailoverStats | null;
}

/** The functions of a resolver with promises. */
export interface ResolverPromises extends PromisesResolveFunctions {
  readonly lookup: PromisesLookup;
}

/** An independent resolver. Its functions need no `this`. */
export interface DoubaoResolver extends ResolveFunctions, AsyncDisposable {
  /** `dns.lookup`, cached. For `http.Agent({ lookup })` and the like. */
  readonly lookup: Lookup;
  readonly promises: ResolverPromises;
  /**
   * Looks names up ahead of their use, both families, and again what is in the cache but stale or due for a refresh. The
   * timers by which names are spread do not hold the process.
   *
   * @returns what became of each name; rejects for arguments only
   */
  prewarm(names: readonly string[], options?: PrewarmOptions): Promise<PrewarmResult>;
  /** What is cached for a host name. Sends nothing and counts nothing. */
  peek(hostname: string): CachedAnswer | undefined;
  /**
   * Forgets a host name, or everything.
   *
   * @returns how many entries of the native cache were dropped
   */
  invalidate(hostname?: string): number;
  stats(): ResolverStats;
  /** Pending lookups fail with `EAI_CANCELED`, later ones too. Resolves when they have been told. */
  close(): Promise<void>;
}

/** `resolve*` and `reverse` of one resolver. */
export interface QueryMembers {
  readonly callbacks: ResolveFunctions;
  readonly promises: PromisesResolveFunctions;
}

/** @param promisesScope whom those with promises ask, if it is another */
export function queryMembers(scope: QueryScope, promisesScope: QueryScope = scope): QueryMembers {
  return {
    callbacks: resolveMembers(() => scope) as unknown as ResolveFunctions,
    promises: promisesResolveMembers(() => promisesScope) as unknown as PromisesResolveFunctions,
  };
}

/** @param slot opened by the first function that needs it */
export function resolverOf(
  slot: EngineSlot,
  { callbacks, promises }: QueryMembers = queryMembers(new QueryScope(slot)),
): DoubaoResolver {
  const target = slot.target(true);
  const close = async (): Promise<void> => slot.open().close();
  return {
    lookup: createLookup(target),
    ...callbacks,
    promises: { lookup: createPromisesLookup(target), ...promises },
    prewarm: async (names, options) => {
      const withinMs = readPrewarmTime(names, options);
      return slot.open().housekeeping.prewarm(names, withinMs);
    },
    peek: (hostname) => peek(slot, hostname),
    invalidate: (hostname) => invalidate(slot, hostname),
    stats: () => stats(slot),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** @throws ResolverOptionError, before anything is opened, or if the addon refuses the options */
export function createResolverIn(
  surroundings: () => Surroundings,
  options: ResolverOptions | undefined,
): DoubaoResolver {
  const slot = new EngineSlot(readOptions(options) satisfies EngineOptions, surroundings);
  slot.open();
  return resolverOf(slot);
}

function peek(slot: EngineSlot, hostname: string): CachedAnswer | undefined {
  const name = normalizeHostname(hostname);
  if (name.refusal !== undefined) return undefined;
  // Clients of Node's core ask with ADDRCONFIG; the answer differs only where a family is missing.
  const engine = slot.open();
  const answer = engine.peek(name.ascii, 0) ?? engine.peek(name.ascii, LookupFlag.AddrConfig);
  if (answer === undefined) return undefined;
  const denied = answer.status === Status.NxDomain || answer.status === Status.NoData;
  return {
    addresses: answer.addresses.map((address) => ({ address, family: familyOf(address) })),
    code: answer.status === Status.Ok ? undefined : denied ? 'ENOTFOUND' : 'EAI_AGAIN',
    expiresInMs: answer.expiresInMs,
    stale: (answer.flags & AnswerFlag.Stale) !== 0,
    fromHosts: (answer.flags & AnswerFlag.FromHosts) !== 0,
  };
}

function invalidate(slot: EngineSlot, hostname: string | undefined): number {
  const engine = slot.opened;
  if (engine === undefined) return 0;
  if (hostname === undefined) return engine.invalidate();
  const name = normalizeHostname(hostname);
  return name.refusal === undefined ? engine.invalidate(hostname, name.ascii) : 0;
}

function stats(slot: EngineSlot): ResolverStats {
  const engine = slot.opened;
  const native = engine?.nativeStats();
  return {
    ...(native === undefined ? nothingCounted : (JSON.parse(native) as NativeStats)),
    mirror: { entries: engine?.mirror.size ?? 0, hits: engine?.mirror.hits ?? 0 },
    copies: knownCopies(),
    allowListRejected: engine?.allowListRejected ?? 0,
    failover: engine?.failoverStats() ?? null,
  };
}

const nothingCounted: NativeStats = {
  waiters: 0,
  flights: 0,
  lookups: 0,
  cacheHits: 0,
  cacheMisses: 0,
  queriesSent: 0,
  tcpQueriesSent: 0,
  hedges: 0,
  coalesced: 0,
  spoofRejected: 0,
  malformed: 0,
  cookiesRejected: 0,
  overloadRejected: 0,
  refreshes: 0,
  sockets: 0,
  tcpConnections: 0,
  missLimited: 0,
  staleServed: 0,
  networkChanges: 0,
  resumes: 0,
  cacheEntries: 0,
  cacheBytes: 0,
  cacheEvictions: 0,
  popularNames: 0,
  namespace: '',
  owner: false,
  upstreams: [],
  warnings: [],
  ioThreadRestarts: 0,
};
