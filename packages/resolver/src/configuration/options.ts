/** The options of a resolver, and what the engine and the addon are given of them. */
import { AllowList, type AllowListOptions } from '../allow-list/allow-list.ts';
import type { NativeOptions } from '../native/binding.ts';
import { collectOptions } from './collect-options.ts';
import {
  DEFAULT_DEADLINE_MS,
  DEFAULT_JITTER,
  DEFAULT_MAX_BYTES,
  DEFAULT_MAX_ENTRIES,
  DEFAULT_HOLD_SECONDS,
  DEFAULT_MAX_TTL_SECONDS,
  DEFAULT_NEGATIVE_SECONDS,
  DEFAULT_PREWARM_AT,
  DEFAULT_SERVE_AFTER_MS,
  DEFAULT_SNAPSHOT_SECONDS,
  DEFAULT_STALE_SECONDS,
} from './option-table.ts';
import { type PresetName, PRESETS } from './presets.ts';
import { ResolverOptionError } from '../errors/errors.ts';
import type { ServerEntry } from './server-entry.ts';
import { composeUpstreams, type EncryptedUpstreamOptions, type ReadServers } from './upstreams.ts';

const { resolve } = process.getBuiltinModule('node:path');

/** What `createResolver` and `install` take. Everything has a default. */
export interface ResolverOptions {
  /**
   * Defaults that belong together. `'doubao-v1'`: lifetimes that follow use instead of zones, denials for two
   * minutes at most and never in place of an answer; attempts of 1000 ms without hedging, `fallback: 'global'`, TLS 1.3, and
   * DNS over TLS where HTTPS is impossible. Default: `'resilient'`
   */
  readonly preset?: PresetName | undefined;
  /**
   * `'system'`, or servers in the order in which they are asked: `1.1.1.1`, `udp://10.0.0.2:53`, `tcp://[fe80::1%eth0]`,
   * `tls://1.1.1.1#cloudflare-dns.com`, `https://dns.example/dns-query`. Default: `'system'`
   */
  readonly servers?: 'system' | readonly (string | ServerEntry)[] | undefined;
  /**
   * Who is asked for public names when none of `servers` answers: Cloudflare and Quad9 (`'global'`), AliDNS and DNSPod
   * (`'china'`), both over HTTPS, or others. Default: false, with preset `'doubao-v1'` `'global'`
   */
  readonly fallback?: 'global' | 'china' | false | readonly (string | ServerEntry)[] | undefined;
  /** Servers for the names under a suffix, instead of `servers` and `fallback`: the longest suffix counts. Default: none */
  readonly routes?: Readonly<Record<string, readonly (string | ServerEntry)[]>> | undefined;
  /** Suffixes that no public server is asked about, beside those that nobody has in public. Default: none */
  readonly privateNames?: readonly string[] | undefined;
  /** Path of the hosts file; false: none. Default: the system's */
  readonly hosts?: string | false | undefined;
  /** Suffixes tried for names with few dots; `[]`: none. Default: those of resolv.conf */
  readonly search?: readonly string[] | undefined;
  /** Names with at least so many dots are asked as they are first, 0 to 15. Default: that of resolv.conf, else 1 */
  readonly ndots?: number | undefined;
  /** Milliseconds for one attempt. Default: that of resolv.conf, else adapted to what the server takes */
  readonly timeout?: number | undefined;
  /** Attempts per server, 1 to 10. Default: those of resolv.conf, else 3 */
  readonly tries?: number | undefined;
  /** Milliseconds for a lookup, whatever it takes. Default: 5000 */
  readonly deadline?: number | undefined;
  readonly cache?: CacheOptions | undefined;
  /** Names that are looked up at once, so that the first lookup of each finds its answer. Default: none */
  readonly prewarm?: readonly string[] | undefined;
  /**
   * getaddrinfo after a denial of names that the system may know by other means (`'auto'`), not at all
   * (`'never'`), or instead of everything else (`'only'`). Default: `'auto'`
   */
  readonly system?: 'auto' | 'never' | 'only' | undefined;
  /** Whether a late answer is asked for again, or elsewhere, before its attempt times out. Default: true */
  readonly hedge?: boolean | undefined;
  readonly health?: HealthOptions | undefined;
}

/** How soon upstreams are believed to be well again. All in milliseconds. */
export interface HealthOptions {
  /**
   * Without a query for so long, plus or minus a fifth, a server over TLS or HTTPS is probed, or any other that is down.
   * Default: 10000
   */
  readonly probeInterval?: number | undefined;
  /** How long a server that is back after a failover gets a twentieth of the names, at least. Default: 30000 */
  readonly canary?: number | undefined;
  /** How long each larger share of the names lasts after that, at least. Default: 10000, with preset `'doubao-v1'` none */
  readonly ramp?: number | undefined;
  /** How long who leads stays unless it is down. Default: 60000, with preset `'doubao-v1'` 10000 */
  readonly leadStays?: number | undefined;
}

export interface CacheOptions {
  /** Octets, per namespace. Default: 67108864 */
  readonly maxBytes?: number | undefined;
  /** Entries, per namespace. Default: 100000 */
  readonly maxEntries?: number | undefined;
  /** Seconds; shorter lifetimes are extended to it. Default: 0 */
  readonly minTtl?: number | undefined;
  /** Seconds; longer lifetimes are cut to it. Default: 86400 */
  readonly maxTtl?: number | undefined;
  /** Share of its lifetime by which an answer expires early at most, drawn at random, 0 to 0.1. Default: 0.1 */
  readonly jitter?: number | undefined;
  /** Whether answers in use are asked for again before they expire. Default: true */
  readonly refreshAhead?: boolean | undefined;
  readonly negative?: NegativeOptions | undefined;
  /**
   * Lookups a second that the cache cannot answer, for each parent domain of the name as typed; more fail with
   * `EAI_AGAIN`. 0: any number. Default: 0
   */
  readonly missesPerSecond?: number | undefined;
  /** Which names may be asked for: others are answered from hosts file and cache, else `ENOTFOUND`. Default: all */
  readonly allow?: AllowListOptions | undefined;
  /** Resolvers of the same namespace share entries. Default: a digest of all options that can change an answer */
  readonly namespace?: string | undefined;
  readonly stale?: StaleOptions | undefined;
  readonly snapshot?: SnapshotOptions | undefined;
  readonly prewarm?: DailyPrewarmOptions | undefined;
}

export interface NegativeOptions {
  /** Seconds; how long the denial of a name is kept at most. Default: 300, with preset `'doubao-v1'` 120 */
  readonly maxTtl?: number | undefined;
}

export interface StaleOptions {
  /** Seconds for which an expired answer is kept. Default: 86400 */
  readonly maxAge?: number | undefined;
  /** Milliseconds for which a lookup waits before it gets an expired answer, half its own time if that is less. Default: 300 */
  readonly serveAfter?: number | undefined;
  /** Seconds for which a name is then answered so at once, and not asked for. Default: 30 */
  readonly hold?: number | undefined;
}

export interface SnapshotOptions {
  /** File to which the cache is saved, and from which it is loaded at start. Default: none */
  readonly path?: string | undefined;
  /** Seconds between saves. Default: 300 */
  readonly interval?: number | undefined;
}

export interface DailyPrewarmOptions {
  /**
   * Local time of day, `'HH:MM'`, at which names that are popular and have not been used for a week are looked up;
   * false: never. Default: `'02:00'` with a snapshot, else false
   */
  readonly at?: string | false | undefined;
}

export interface EngineOptions {
  readonly native: NativeOptions;
  readonly preset: PresetName;
  /** What differs from the preset's policy. */
  readonly health: HealthOptions;
  /** Those of the servers in `native` that are asked over HTTPS or TLS. */
  readonly encrypted: readonly EncryptedUpstreamOptions[];
  readonly system: 'auto' | 'never' | 'only';
  /** Undefined: every name is allowed. */
  readonly allow: AllowList | undefined;
  /** Host names in ASCII. */
  readonly prewarm: readonly string[];
  /** `HH:MM`, local time. */
  readonly prewarmAt: string | undefined;
  readonly snapshot: { readonly path: string; readonly intervalMs: number } | undefined;
}

const RESOLV_CONF = '/etc/resolv.conf';
const HOSTS =
  process.platform === 'win32'
    ? `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
    : '/etc/hosts';

/**
 * Checks everything before anything is built of it.
 *
 * @throws ResolverOptionError with the path of the first option that is unknown or unusable
 */
export function readOptions(options: unknown): EngineOptions {
  const given = collectOptions(options);
  const presetName = (given.get('preset') as PresetName | undefined) ?? 'resilient';
  const preset = PRESETS[presetName];
  const optional = <T>(path: string): T | undefined =>
    (given.get(path) ?? preset.defaults[path]) as T | undefined;
  const value = <T>(path: string, ordinary: T): T => optional<T>(path) ?? ordinary;
  const minTtlSeconds = value('cache.minTtl', 0);
  const maxTtlSeconds = value('cache.maxTtl', DEFAULT_MAX_TTL_SECONDS);
  if (minTtlSeconds > maxTtlSeconds) {
    const reason = `${minTtlSeconds} is more than cache.maxTtl, ${maxTtlSeconds}`;
    throw new ResolverOptionError('cache.minTtl', reason);
  }
  const upstreams = composeUpstreams(
    {
      servers: value<ReadServers['servers']>('servers', 'system'),
      fallback: value<ReadServers['fallback']>('fallback', false),
      routes: value<ReadServers['routes']>('routes', []),
    },
    preset,
  );
  const native: NativeOptions = {
    ...upstreams.native,
    ...present('privateNames', optional<readonly string[]>('privateNames')),
    resolvConf: RESOLV_CONF,
    hosts: value<string | false>('hosts', HOSTS),
    ...present('search', optional<readonly string[]>('search')),
    ...present('ndots', optional<number>('ndots')),
    ...present('timeoutMs', optional<number>('timeout')),
    ...present('tries', optional<number>('tries')),
    deadlineMs: value('deadline', DEFAULT_DEADLINE_MS),
    cache: {
      maxBytes: value('cache.maxBytes', DEFAULT_MAX_BYTES),
      maxEntries: value('cache.maxEntries', DEFAULT_MAX_ENTRIES),
      minTtlSeconds,
      maxTtlSeconds,
      staleMaxAgeSeconds: value('cache.stale.maxAge', DEFAULT_STALE_SECONDS),
      staleServeAfterMs: value('cache.stale.serveAfter', DEFAULT_SERVE_AFTER_MS),
      staleHoldSeconds: value('cache.stale.hold', DEFAULT_HOLD_SECONDS),
      jitter: value('cache.jitter', DEFAULT_JITTER),
      refreshAhead: value<boolean>('cache.refreshAhead', true),
      negativeMaxTtlSeconds: value('cache.negative.maxTtl', DEFAULT_NEGATIVE_SECONDS),
      negativeIfAbsent: preset.negativeIfAbsent,
      dynamicTtl: preset.dynamicTtl,
      missesPerSecond: value('cache.missesPerSecond', 0),
    },
    ...present('namespace', optional<string>('cache.namespace')),
    hedge: value('hedge', true),
  };
  const snapshotPath = optional<string>('cache.snapshot.path');
  const prewarmAt = value('cache.prewarm.at', snapshotPath === undefined ? false : DEFAULT_PREWARM_AT);
  return {
    native,
    preset: presetName,
    health: {
      ...present('probeInterval', optional<number>('health.probeInterval')),
      ...present('canary', optional<number>('health.canary')),
      ...present('ramp', optional<number>('health.ramp')),
      ...present('leadStays', optional<number>('health.leadStays')),
    },
    encrypted: upstreams.encrypted,
    system: value<EngineOptions['system']>('system', 'auto'),
    allow: allowList({
      names: optional('cache.allow.names'),
      suffixes: optional('cache.allow.suffixes'),
      bloom: optional('cache.allow.bloom'),
    }),
    prewarm: value<readonly string[]>('prewarm', []),
    prewarmAt: prewarmAt === false ? undefined : prewarmAt,
    snapshot:
      snapshotPath === undefined
        ? undefined
        : {
            // The folder of a process may change.
            path: resolve(snapshotPath),
            intervalMs: 1000 * value('cache.snapshot.interval', DEFAULT_SNAPSHOT_SECONDS),
          },
  };
}

/** The same resolver with these servers and no others. */
export function withServersOnly(
  options: EngineOptions,
  servers: Exclude<NativeOptions['servers'], 'system'>,
): EngineOptions {
  const { fallback: _fallback, routes: _routes, ...others } = options.native;
  return { ...options, native: { ...others, servers }, encrypted: [] };
}

/** The options of a resolver that stands beside another, which does the housekeeping. */
export function withoutHousekeeping(options: EngineOptions): EngineOptions {
  return { ...options, prewarm: [], prewarmAt: undefined, snapshot: undefined };
}

function allowList(options: AllowListOptions): AllowList | undefined {
  const { names, suffixes, bloom } = options;
  return names === undefined && suffixes === undefined && bloom === undefined
    ? undefined
    : new AllowList(options);
}

/** The addon refuses undefined. */
function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
