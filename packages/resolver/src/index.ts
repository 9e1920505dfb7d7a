/**
 * `dns.lookup` on a native cache and wire.
 *
 * ```ts
 * import { install } from '@doubao/resolver';
 * const resolver = install();
 * await fetch('https://example.com/');
 * ```
 *
 * Importing loads the addon, and throws {@link ResolverAddonError} where there is none. It opens no file and no
 * socket and starts no thread: the first lookup does.
 */
import { addonProblem, defaultResolver, isBuildingSnapshot } from './core.ts';
import type { DoubaoResolver, Lookup, ResolveAddresses } from './core.ts';

const problem = isBuildingSnapshot() ? undefined : addonProblem();
if (problem !== undefined) throw problem;

/** `dns.lookup` on the default resolver, which is also the one that `install` configures. */
export const lookup: Lookup = defaultResolver.lookup;
/** `dns.resolve4`, uncached in JavaScript. */
export const resolve4: ResolveAddresses = defaultResolver.resolve4;
/** `dns.resolve6`. */
export const resolve6: ResolveAddresses = defaultResolver.resolve6;
/** The same functions with promises. */
export const promises: DoubaoResolver['promises'] = defaultResolver.promises;

export {
  type AllowListOptions,
  type BloomFilter,
  bloomFilter,
  type BloomFilterOptions,
  type CachedAnswer,
  type CacheOptions,
  createResolver,
  type DailyPrewarmOptions,
  type DoubaoResolver,
  failuresOf,
  install,
  type Lookup,
  type LookupAddress,
  type LookupError,
  type LookupOptions,
  type NegativeOptions,
  OPTION_TABLE,
  type OptionRow,
  type PackageCopy,
  type PresetName,
  type PrewarmOptions,
  type PrewarmResult,
  type PromisesLookup,
  type PromisesResolveAddresses,
  type RecordWithTtl,
  type ResolveAddresses,
  type ResolveError,
  type ResolveOptions,
  ResolverAddonError,
  ResolverClosedError,
  ResolverError,
  ResolverOptionError,
  type ResolverOptions,
  ResolverOverloadedError,
  type ResolverStats,
  ResolverUpstreamError,
  type ResultOrder,
  type SnapshotOptions,
  type StaleOptions,
  uninstall,
} from './core.ts';
