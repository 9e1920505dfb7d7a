/** The options of a resolver: their table, their validation, and what the addon is given. */
import type { NativeOptions } from './binding.ts';
import { ResolverOptionError } from './errors.ts';
import { normalizeHostname } from './hostname.ts';
import { parseServerAddress, type ServerAddress } from './server-address.ts';

/** What `createResolver` and `install` take. Everything has a default. */
export interface ResolverOptions {
  /** `'system'`, or addresses: `1.1.1.1`, `udp://10.0.0.2:53`, `tcp://[fe80::1%eth0]`. Default: `'system'` */
  readonly servers?: 'system' | readonly string[] | undefined;
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
  /**
   * getaddrinfo after a denial of names that the system may know by other means (`'auto'`), not at all
   * (`'never'`), or instead of everything else (`'only'`). Default: `'auto'`
   */
  readonly system?: 'auto' | 'never' | 'only' | undefined;
  /** Whether a late answer is asked for again, or elsewhere, before its attempt times out. Default: true */
  readonly hedge?: boolean | undefined;
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
  /** Resolvers of the same namespace share entries. Default: a digest of all options that can change an answer */
  readonly namespace?: string | undefined;
  readonly stale?: StaleOptions | undefined;
}

export interface StaleOptions {
  /** Seconds for which an expired answer is kept. Default: 86400 */
  readonly maxAge?: number | undefined;
}

export interface EngineOptions {
  readonly native: NativeOptions;
  readonly system: 'auto' | 'never' | 'only';
}

type Reader = (value: unknown, path: string) => unknown;

/** One row of the table of options. */
export interface OptionRow {
  readonly path: string;
  /** The values it takes, as documented. */
  readonly values: string;
  /** The default, as documented. */
  readonly default: string;
}

interface OptionDefinition extends OptionRow {
  readonly read: Reader;
}

const MAX_DELAY_MS = 0x7fff_ffff;
/** RFC 2181 §8. */
const MAX_TTL_SECONDS = 0x7fff_ffff;
/** resolv.conf(5) caps it there. */
const MAX_NDOTS = 15;
const MAX_TRIES = 10;
const MAX_NAMESPACE_LENGTH = 255;

const DEFAULT_DEADLINE_MS = 5000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_ENTRIES = 100_000;
const DEFAULT_MAX_TTL_SECONDS = 86_400;
/** RFC 8767 §5: between one and three days. */
const DEFAULT_STALE_SECONDS = 86_400;

const RESOLV_CONF = '/etc/resolv.conf';
const HOSTS =
  process.platform === 'win32'
    ? `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
    : '/etc/hosts';

const DEFINITIONS: readonly OptionDefinition[] = [
  {
    path: 'servers',
    values: "`'system'` or an array of addresses",
    default: "`'system'`",
    read: readServers,
  },
  { path: 'hosts', values: 'path or `false`', default: "the system's", read: readHosts },
  { path: 'search', values: 'array of suffixes', default: "resolv.conf's", read: readSearch },
  { path: 'ndots', values: '0–15', default: "resolv.conf's, else 1", read: integer(0, MAX_NDOTS) },
  { path: 'timeout', values: 'ms', default: "resolv.conf's, else adaptive", read: integer(1, MAX_DELAY_MS) },
  { path: 'tries', values: '1–10', default: "resolv.conf's, else 3", read: integer(1, MAX_TRIES) },
  { path: 'deadline', values: 'ms', default: `${DEFAULT_DEADLINE_MS}`, read: integer(1, MAX_DELAY_MS) },
  {
    path: 'cache.maxBytes',
    values: 'octets',
    default: `${DEFAULT_MAX_BYTES}`,
    read: integer(0, Number.MAX_SAFE_INTEGER),
  },
  {
    path: 'cache.maxEntries',
    values: 'entries',
    default: `${DEFAULT_MAX_ENTRIES}`,
    read: integer(0, 0xffff_ffff),
  },
  { path: 'cache.minTtl', values: 's', default: '0', read: integer(0, MAX_TTL_SECONDS) },
  {
    path: 'cache.maxTtl',
    values: 's',
    default: `${DEFAULT_MAX_TTL_SECONDS}`,
    read: integer(0, MAX_TTL_SECONDS),
  },
  { path: 'cache.namespace', values: 'string', default: 'a digest of the options', read: readNamespace },
  {
    path: 'cache.stale.maxAge',
    values: 's',
    default: `${DEFAULT_STALE_SECONDS}`,
    read: integer(0, MAX_TTL_SECONDS),
  },
  {
    path: 'system',
    values: "`'auto'`, `'never'` or `'only'`",
    default: "`'auto'`",
    read: oneOf('auto', 'never', 'only'),
  },
  { path: 'hedge', values: '`true` or `false`', default: '`true`', read: readBoolean },
];

/** All public options, for documentation. */
export const OPTION_TABLE: readonly OptionRow[] = DEFINITIONS;

/**
 * Checks everything before anything is built of it.
 *
 * @throws ResolverOptionError with the path of the first option that is unknown or unusable
 */
export function readOptions(options: unknown): EngineOptions {
  const given = new Map<string, unknown>();
  collect(options === undefined ? {} : options, '', given);
  const minTtlSeconds = (given.get('cache.minTtl') as number | undefined) ?? 0;
  const maxTtlSeconds = (given.get('cache.maxTtl') as number | undefined) ?? DEFAULT_MAX_TTL_SECONDS;
  if (minTtlSeconds > maxTtlSeconds) {
    throw new ResolverOptionError(
      'cache.minTtl',
      `${minTtlSeconds} is more than cache.maxTtl, ${maxTtlSeconds}`,
    );
  }
  const native: NativeOptions = {
    servers: (given.get('servers') as NativeOptions['servers'] | undefined) ?? 'system',
    resolvConf: RESOLV_CONF,
    hosts: (given.get('hosts') as string | false | undefined) ?? HOSTS,
    ...renamed<'search', readonly string[]>(given, 'search', 'search'),
    ...renamed<'ndots', number>(given, 'ndots', 'ndots'),
    ...renamed<'timeoutMs', number>(given, 'timeout', 'timeoutMs'),
    ...renamed<'tries', number>(given, 'tries', 'tries'),
    deadlineMs: (given.get('deadline') as number | undefined) ?? DEFAULT_DEADLINE_MS,
    cache: {
      maxBytes: (given.get('cache.maxBytes') as number | undefined) ?? DEFAULT_MAX_BYTES,
      maxEntries: (given.get('cache.maxEntries') as number | undefined) ?? DEFAULT_MAX_ENTRIES,
      minTtlSeconds,
      maxTtlSeconds,
      staleMaxAgeSeconds: (given.get('cache.stale.maxAge') as number | undefined) ?? DEFAULT_STALE_SECONDS,
    },
    ...renamed<'namespace', string>(given, 'cache.namespace', 'namespace'),
    hedge: (given.get('hedge') as boolean | undefined) ?? true,
  };
  return { native, system: (given.get('system') as EngineOptions['system'] | undefined) ?? 'auto' };
}

function renamed<K extends string, V>(
  given: ReadonlyMap<string, unknown>,
  path: string,
  key: K,
): { [P in K]?: V } {
  const value = given.get(path) as V | undefined;
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** Walks an object of options; undefined counts as left out. */
function collect(object: unknown, prefix: string, given: Map<string, unknown>): void {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new ResolverOptionError(
      prefix === '' ? 'options' : prefix,
      `must be an object, not ${describe(object)}`,
    );
  }
  for (const [key, value] of Object.entries(object)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (value === undefined && isKnown(path)) continue;
    const definition = DEFINITIONS.find((candidate) => candidate.path === path);
    if (definition !== undefined) given.set(path, definition.read(value, path));
    else if (isKnown(path)) collect(value, path, given);
    else throw new ResolverOptionError(path, 'is unknown');
  }
}

function isKnown(path: string): boolean {
  return DEFINITIONS.some((definition) => definition.path === path || definition.path.startsWith(`${path}.`));
}

function describe(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  return Array.isArray(value) ? 'an array' : typeof value;
}

function integer(min: number, max: number): Reader {
  return (value, path) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new ResolverOptionError(path, `must be an integer from ${min} to ${max}, not ${describe(value)}`);
  };
}

function oneOf(...values: readonly string[]): Reader {
  return (value, path) => {
    if (typeof value === 'string' && values.includes(value)) return value;
    throw new ResolverOptionError(path, `must be one of ${values.join(', ')}, not ${describe(value)}`);
  };
}

function readBoolean(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ResolverOptionError(path, `must be true or false, not ${describe(value)}`);
}

function readServers(value: unknown, path: string): 'system' | ServerAddress[] {
  if (value === 'system') return value;
  if (!Array.isArray(value) || value.length === 0) {
    throw new ResolverOptionError(path, `must be 'system' or a list of addresses, not ${describe(value)}`);
  }
  return value.map((server: unknown, index) => {
    const at = `${path}[${index}]`;
    if (typeof server !== 'string')
      throw new ResolverOptionError(at, `must be a string, not ${describe(server)}`);
    const address = parseServerAddress(server);
    if (typeof address === 'string') throw new ResolverOptionError(at, address);
    return address;
  });
}

function readHosts(value: unknown, path: string): string | false {
  if (value === false || (typeof value === 'string' && value !== '' && !value.includes('\0'))) return value;
  throw new ResolverOptionError(path, `must be a path or false, not ${describe(value)}`);
}

function readSearch(value: unknown, path: string): string[] {
  if (!Array.isArray(value))
    throw new ResolverOptionError(path, `must be a list of suffixes, not ${describe(value)}`);
  return value.map((suffix: unknown, index) => {
    const hostname = typeof suffix === 'string' && suffix !== '' ? normalizeHostname(suffix) : undefined;
    if (hostname?.refusal !== undefined || hostname === undefined) {
      throw new ResolverOptionError(`${path}[${index}]`, `must be a host name, not ${describe(suffix)}`);
    }
    return hostname.ascii;
  });
}

function readNamespace(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_NAMESPACE_LENGTH) return value;
  throw new ResolverOptionError(
    path,
    `must be a string of 1 to ${MAX_NAMESPACE_LENGTH} characters, not ${describe(value)}`,
  );
}
