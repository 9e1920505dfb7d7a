/** Everything, for the entry points: they differ in what they do when the addon cannot be loaded. */
export { addonProblem } from './native/addon.ts';
export type { LookupAddress } from './lookup/address-list.ts';
export type { AllowListOptions } from './allow-list/allow-list.ts';
export { type BloomFilter, bloomFilter, type BloomFilterOptions } from './allow-list/bloom-filter.ts';
export {
  copyOfEnvironment,
  environmentOptions,
  warnOfUnknownVariables,
} from './configuration/environment-options.ts';
export { followConfigurationFile } from './configuration/follow-file.ts';
export { OPTION_TABLE, type OptionRow } from './configuration/option-table.ts';
export type { PresetName } from './configuration/presets.ts';
export { createResolver, defaultResolver } from './install/default-resolver.ts';
export { type DnsNamespace, dnsNamespace, type DnsPromisesNamespace } from './dns-namespace.ts';
export {
  ResolverAddonError,
  ResolverClosedError,
  ResolverError,
  ResolverOptionError,
  ResolverOverloadedError,
  ResolverUpstreamError,
} from './errors/errors.ts';
export type { ResolverFailoverEvent, ResolverProbeEvent, ResolverUpstreamEvent } from './guidance/events.ts';
export type { FailoverStats, UpstreamHealthStats } from './guidance/failover-stats.ts';
export { failuresOf } from './errors/failures.ts';
export { install, uninstall } from './install/install.ts';
export type { InstallOptions } from './install/installed-functions.ts';
export { isSwitchedOff, say } from './install/kill-switch.ts';
export type { Lookup } from './lookup/lookup.ts';
export type { LookupError } from './lookup/lookup-error.ts';
export type { LookupOptions } from './lookup/lookup-request.ts';
export type { ResultOrder } from './runtime/node-dns.ts';
export type {
  CacheOptions,
  DailyPrewarmOptions,
  HealthOptions,
  NegativeOptions,
  ResolverOptions,
  SnapshotOptions,
  StaleOptions,
} from './configuration/options.ts';
export type { ServerEntry } from './configuration/server-entry.ts';
export type { PrewarmOptions } from './prewarm/prewarm-arguments.ts';
export type { PrewarmResult } from './prewarm/prewarmer.ts';
export type { PromisesLookup } from './lookup/promises-lookup.ts';
export type { PackageCopy } from './install/registry.ts';
export type { TlsaRecord } from './resolve/record-values.ts';
export type { ResolveError } from './resolve/resolve-error.ts';
export type { ServiceBinding, ServiceParams } from './resolve/service-binding.ts';
export type {
  PromisesResolveFunctions,
  PromisesResolveRecords,
  PromisesResolverClass,
  ResolveFunctions,
  ResolveRecords,
  ResolverClass,
  ResolverClassOptions,
} from './resolve/types.ts';
export type { CachedAnswer, DoubaoResolver, ResolverPromises, ResolverStats } from './resolver.ts';
export { isBuildingSnapshot } from './runtime/startup-snapshot.ts';
export { warn } from './errors/warning.ts';
