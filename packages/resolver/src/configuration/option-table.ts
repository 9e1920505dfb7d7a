/** The table of options: paths, values, defaults, and how each is read. The README's table is held against it. */
import { readBloomFilter } from '../allow-list/bloom-filter.ts';
import {
  integer,
  number,
  oneOf,
  readBoolean,
  readHostnames,
  readNamespace,
  readPath,
  readPathOrFalse,
  readSuffixes,
  readTimeOfDay,
  type Reader,
} from './option-values.ts';
import { readFallback, readRoutes, readServers } from './server-list.ts';

/** One row of the table of options. */
export interface OptionRow {
  readonly path: string;
  /** The values it takes, as documented. */
  readonly values: string;
  /** The default, as documented. */
  readonly default: string;
}

/** How an environment variable is read: `none` has no variable. */
export type TextKind = 'number' | 'boolean' | 'text' | 'text or false' | 'list' | 'pairs' | 'none';

interface OptionDefinition extends OptionRow {
  readonly text: TextKind;
  /** What the whole text may be instead of a list. */
  readonly words?: readonly (string | false)[];
  readonly read: Reader;
}

const MAX_DELAY_MS = 0x7fff_ffff;
const MAX_DELAY_SECONDS = Math.floor(MAX_DELAY_MS / 1000);
/** RFC 2181 §8. */
const MAX_TTL_SECONDS = 0x7fff_ffff;
/** resolv.conf(5) caps it there. */
const MAX_NDOTS = 15;
const MAX_TRIES = 10;
const MAX_JITTER = 0.1;

export const DEFAULT_DEADLINE_MS = 5000;
export const DEFAULT_MAX_BYTES: number = 64 * 1024 * 1024;
export const DEFAULT_MAX_ENTRIES = 100_000;
export const DEFAULT_MAX_TTL_SECONDS = 86_400;
/** RFC 8767 §5: between one and three days. */
export const DEFAULT_STALE_SECONDS = 86_400;
/** RFC 8767 §5, client response timer: 1.8 s there, for people in front of a browser. */
export const DEFAULT_SERVE_AFTER_MS = 300;
/** RFC 8767 §5, failure recheck timer. */
export const DEFAULT_HOLD_SECONDS = 30;
export const DEFAULT_JITTER = 0.1;
/** RFC 2308 §5 allows hours; a name that somebody has just created should be found sooner. */
export const DEFAULT_NEGATIVE_SECONDS = 300;
export const DEFAULT_SNAPSHOT_SECONDS = 300;
export const DEFAULT_PREWARM_AT = '02:00';

/** These are the policies' of `@doubao/resolver-health`, which is not loaded for that; a test holds them against it. */
export const DEFAULT_PROBE_INTERVAL_MS = 10_000;
export const DEFAULT_CANARY_MS = 30_000;
export const DEFAULT_RAMP_MS = 10_000;
export const DEFAULT_LEAD_STAYS_MS = 60_000;
/** Below it, judgements would be made of nothing. */
const MIN_HEALTH_MS = 100;

/** In the order of the README's table. */
export const OPTION_DEFINITIONS: readonly OptionDefinition[] = [
  {
    path: 'preset',
    values: "`'resilient'` or `'doubao-v1'`",
    default: "`'resilient'`",
    text: 'text',
    read: oneOf('resilient', 'doubao-v1'),
  },
  {
    path: 'servers',
    values: "`'system'` or an array of servers",
    default: "`'system'`",
    text: 'list',
    words: ['system'],
    read: readServers,
  },
  {
    path: 'fallback',
    values: "`'global'`, `'china'`, `false` or an array of servers",
    default: "`false`; `'global'` with `'doubao-v1'`",
    text: 'list',
    words: ['global', 'china', false],
    read: readFallback,
  },
  {
    path: 'routes',
    values: 'object of arrays of servers by suffix',
    default: 'none',
    text: 'pairs',
    read: readRoutes,
  },
  {
    path: 'privateNames',
    values: 'array of suffixes',
    default: 'none',
    text: 'list',
    read: readSuffixes,
  },
  {
    path: 'hosts',
    values: 'path or `false`',
    default: "the system's",
    text: 'text or false',
    read: readPathOrFalse,
  },
  {
    path: 'search',
    values: 'array of suffixes',
    default: "resolv.conf's",
    text: 'list',
    read: readHostnames,
  },
  {
    path: 'ndots',
    values: '0–15',
    default: "resolv.conf's, else 1",
    text: 'number',
    read: integer(0, MAX_NDOTS),
  },
  {
    path: 'timeout',
    values: 'ms',
    default: "resolv.conf's, else adaptive; 1000 with `'doubao-v1'`",
    text: 'number',
    read: integer(1, MAX_DELAY_MS),
  },
  {
    path: 'tries',
    values: '1–10',
    default: "resolv.conf's, else 3",
    text: 'number',
    read: integer(1, MAX_TRIES),
  },
  {
    path: 'deadline',
    values: 'ms',
    default: `${DEFAULT_DEADLINE_MS}`,
    text: 'number',
    read: integer(1, MAX_DELAY_MS),
  },
  {
    path: 'cache.maxBytes',
    values: 'octets',
    default: `${DEFAULT_MAX_BYTES}`,
    text: 'number',
    read: integer(0, Number.MAX_SAFE_INTEGER),
  },
  {
    path: 'cache.maxEntries',
    values: 'entries',
    default: `${DEFAULT_MAX_ENTRIES}`,
    text: 'number',
    read: integer(0, 0xffff_ffff),
  },
  { path: 'cache.minTtl', values: 's', default: '0', text: 'number', read: integer(0, MAX_TTL_SECONDS) },
  {
    path: 'cache.maxTtl',
    values: 's',
    default: `${DEFAULT_MAX_TTL_SECONDS}`,
    text: 'number',
    read: integer(0, MAX_TTL_SECONDS),
  },
  {
    path: 'cache.jitter',
    values: '0–0.1',
    default: `${DEFAULT_JITTER}`,
    text: 'number',
    read: number(0, MAX_JITTER),
  },
  {
    path: 'cache.refreshAhead',
    values: '`true` or `false`',
    default: '`true`',
    text: 'boolean',
    read: readBoolean,
  },
  {
    path: 'cache.negative.maxTtl',
    values: 's',
    default: `${DEFAULT_NEGATIVE_SECONDS}; 120 with \`'doubao-v1'\``,
    text: 'number',
    read: integer(0, MAX_TTL_SECONDS),
  },
  {
    path: 'cache.missesPerSecond',
    values: '0–1000000',
    default: '0',
    text: 'number',
    read: integer(0, 1_000_000),
  },
  {
    path: 'cache.allow.names',
    values: 'array of names',
    default: 'every name',
    text: 'list',
    read: readHostnames,
  },
  {
    path: 'cache.allow.suffixes',
    values: 'array of suffixes',
    default: 'every name',
    text: 'list',
    read: readSuffixes,
  },
  {
    path: 'cache.allow.bloom',
    values: 'what `bloomFilter(names)` gives',
    default: 'every name',
    text: 'none',
    read: readBloomFilter,
  },
  {
    path: 'cache.namespace',
    values: 'string',
    default: 'a digest of the options',
    text: 'text',
    read: readNamespace,
  },
  {
    path: 'cache.stale.maxAge',
    values: 's',
    default: `${DEFAULT_STALE_SECONDS}`,
    text: 'number',
    read: integer(0, MAX_TTL_SECONDS),
  },
  {
    path: 'cache.stale.serveAfter',
    values: 'ms',
    default: `${DEFAULT_SERVE_AFTER_MS}`,
    text: 'number',
    read: integer(0, MAX_DELAY_MS),
  },
  {
    path: 'cache.stale.hold',
    values: 's',
    default: `${DEFAULT_HOLD_SECONDS}`,
    text: 'number',
    read: integer(1, MAX_DELAY_SECONDS),
  },
  { path: 'cache.snapshot.path', values: 'path', default: 'none is kept', text: 'text', read: readPath },
  {
    path: 'cache.snapshot.interval',
    values: 's',
    default: `${DEFAULT_SNAPSHOT_SECONDS}`,
    text: 'number',
    read: integer(1, MAX_DELAY_SECONDS),
  },
  {
    path: 'cache.prewarm.at',
    values: "`'HH:MM'` or `false`",
    default: `\`'${DEFAULT_PREWARM_AT}'\` with a snapshot, else \`false\``,
    text: 'text or false',
    read: readTimeOfDay,
  },
  { path: 'prewarm', values: 'array of names', default: 'none', text: 'list', read: readHostnames },
  {
    path: 'system',
    values: "`'auto'`, `'never'` or `'only'`",
    default: "`'auto'`",
    text: 'text',
    read: oneOf('auto', 'never', 'only'),
  },
  {
    path: 'hedge',
    values: '`true` or `false`',
    default: "`true`; `false` with `'doubao-v1'`",
    text: 'boolean',
    read: readBoolean,
  },
  {
    path: 'health.probeInterval',
    values: 'ms',
    default: `${DEFAULT_PROBE_INTERVAL_MS}`,
    text: 'number',
    read: integer(MIN_HEALTH_MS, MAX_DELAY_MS),
  },
  {
    path: 'health.canary',
    values: 'ms',
    default: `${DEFAULT_CANARY_MS}`,
    text: 'number',
    read: integer(MIN_HEALTH_MS, MAX_DELAY_MS),
  },
  {
    path: 'health.ramp',
    values: 'ms',
    default: `${DEFAULT_RAMP_MS}`,
    text: 'number',
    read: integer(MIN_HEALTH_MS, MAX_DELAY_MS),
  },
  {
    path: 'health.leadStays',
    values: 'ms',
    default: `${DEFAULT_LEAD_STAYS_MS}; 10000 with \`'doubao-v1'\``,
    text: 'number',
    read: integer(MIN_HEALTH_MS, MAX_DELAY_MS),
  },
];

/** All public options, for documentation. */
export const OPTION_TABLE: readonly OptionRow[] = OPTION_DEFINITIONS;
