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
import { addonProblem, dnsNamespace, isBuildingSnapshot } from './core.ts';
import type { DnsNamespace } from './core.ts';

const problem = isBuildingSnapshot() ? undefined : addonProblem();
if (problem !== undefined) throw problem;

/** `dns.lookup` on the default resolver, which is also the one that `install` configures. */
export const lookup: DnsNamespace['lookup'] = dnsNamespace.lookup;
/** The class of resolvers with servers of their own. */
export const Resolver: DnsNamespace['Resolver'] = dnsNamespace.Resolver;
export const getServers: DnsNamespace['getServers'] = dnsNamespace.getServers;
/** Whom `resolve*` and `reverse` ask. `lookup` asks whom `install` says. */
export const setServers: DnsNamespace['setServers'] = dnsNamespace.setServers;
export const resolve: DnsNamespace['resolve'] = dnsNamespace.resolve;
export const resolve4: DnsNamespace['resolve4'] = dnsNamespace.resolve4;
export const resolve6: DnsNamespace['resolve6'] = dnsNamespace.resolve6;
export const resolveAny: DnsNamespace['resolveAny'] = dnsNamespace.resolveAny;
export const resolveCaa: DnsNamespace['resolveCaa'] = dnsNamespace.resolveCaa;
export const resolveCname: DnsNamespace['resolveCname'] = dnsNamespace.resolveCname;
export const resolveHttps: DnsNamespace['resolveHttps'] = dnsNamespace.resolveHttps;
export const resolveMx: DnsNamespace['resolveMx'] = dnsNamespace.resolveMx;
export const resolveNaptr: DnsNamespace['resolveNaptr'] = dnsNamespace.resolveNaptr;
export const resolveNs: DnsNamespace['resolveNs'] = dnsNamespace.resolveNs;
export const resolvePtr: DnsNamespace['resolvePtr'] = dnsNamespace.resolvePtr;
export const resolveSoa: DnsNamespace['resolveSoa'] = dnsNamespace.resolveSoa;
export const resolveSrv: DnsNamespace['resolveSrv'] = dnsNamespace.resolveSrv;
export const resolveSvcb: DnsNamespace['resolveSvcb'] = dnsNamespace.resolveSvcb;
export const resolveTlsa: DnsNamespace['resolveTlsa'] = dnsNamespace.resolveTlsa;
export const resolveTxt: DnsNamespace['resolveTxt'] = dnsNamespace.resolveTxt;
export const reverse: DnsNamespace['reverse'] = dnsNamespace.reverse;
/** The same functions with promises. */
export const promises: DnsNamespace['promises'] = dnsNamespace.promises;

/** `node:dns` with the functions above. */
export default dnsNamespace;

export {
  ADDRCONFIG,
  ADDRGETNETWORKPARAMS,
  ALL,
  BADFAMILY,
  BADFLAGS,
  BADHINTS,
  BADNAME,
  BADQUERY,
  BADRESP,
  BADSTR,
  CANCELLED,
  CONNREFUSED,
  DESTRUCTION,
  EOF,
  FILE,
  FORMERR,
  getDefaultResultOrder,
  LOADIPHLPAPI,
  lookupService,
  NODATA,
  NOMEM,
  NONAME,
  NOTFOUND,
  NOTIMP,
  NOTINITIALIZED,
  REFUSED,
  SERVFAIL,
  setDefaultResultOrder,
  TIMEOUT,
  V4MAPPED,
} from 'node:dns';
export {
  type AllowListOptions,
  type BloomFilter,
  bloomFilter,
  type BloomFilterOptions,
  type CachedAnswer,
  type CacheOptions,
  createResolver,
  type DailyPrewarmOptions,
  type DnsNamespace,
  type DnsPromisesNamespace,
  type DoubaoResolver,
  failuresOf,
  type FailoverStats,
  type HealthOptions,
  install,
  type InstallOptions,
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
  type PromisesResolveFunctions,
  type PromisesResolveRecords,
  type PromisesResolverClass,
  type ResolveError,
  type ResolveFunctions,
  type ResolveRecords,
  ResolverAddonError,
  type ResolverClass,
  type ResolverClassOptions,
  ResolverClosedError,
  ResolverError,
  ResolverOptionError,
  type ResolverFailoverEvent,
  type ResolverOptions,
  ResolverOverloadedError,
  type ResolverProbeEvent,
  type ResolverPromises,
  type ResolverStats,
  ResolverUpstreamError,
  type ResolverUpstreamEvent,
  type ResultOrder,
  type SnapshotOptions,
  type ServerEntry,
  type ServiceBinding,
  type ServiceParams,
  type StaleOptions,
  type TlsaRecord,
  uninstall,
  type UpstreamHealthStats,
} from './core.ts';
