/**
 * Reads the arguments of `lookup` as Node does: what is checked, in which order and with which error. This is the slow
 * path; lookup.ts checks inline what a hit needs.
 */
import { argumentError, refuse } from '../errors/argument-error.ts';
import { LookupFlag } from '../native/binding.ts';
import {
  ADDRCONFIG,
  ALL,
  getDefaultResultOrder,
  nodeLookup,
  nodePromisesLookup,
  type ResultOrder,
  V4MAPPED,
} from '../runtime/node-dns.ts';

/** The options of `lookup`. */
export interface LookupOptions {
  /** 4, 6, or 0 for both. `'IPv4'` and `'IPv6'` in the callback form only. Default: 0 */
  family?: number | 'IPv4' | 'IPv6' | undefined;
  /** `dns.ADDRCONFIG`, `dns.V4MAPPED`, `dns.ALL`, or several, by bitwise or. Default: 0 */
  hints?: number | undefined;
  /** All addresses instead of the first. Default: false */
  all?: boolean | undefined;
  /** False: `order: 'ipv4first'`. */
  verbatim?: boolean | undefined;
  /** Which family comes first. Default: `dns.getDefaultResultOrder()` */
  order?: ResultOrder | undefined;
  /** Aborts the lookup. Ignored by addresses and by cached answers, which are there at once. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for this lookup. Default: the resolver's `deadline` */
  timeout?: number | undefined;
}

/** The validated arguments of a lookup. */
export interface LookupRequest {
  /** As typed; falsy values of any type come through, as in Node. */
  readonly hostname: string;
  readonly family: 0 | 4 | 6;
  readonly hints: number;
  readonly all: boolean;
  readonly order: ResultOrder;
  readonly signal: AbortSignal | undefined;
  /** 0: the resolver's deadline. */
  readonly timeoutMs: number;
}

/** `callback` takes `family: 'IPv4'`, `promise` does not. */
export type Form = 'callback' | 'promise';

/** An address: Node's function needs no query to refuse the argument beside it. */
const NO_QUERY = '127.0.0.1';
const ALL_HINTS = ADDRCONFIG | V4MAPPED | ALL;
/** Longest delay of a Node timer. */
const MAX_TIMEOUT_MS = 0x7fff_ffff;

const ignore = (): void => undefined;

function nodeRefuses(options: object | number, name: string, form: Form): never {
  refuse(
    () =>
      form === 'callback'
        ? nodeLookup(NO_QUERY, options as never, ignore as never)
        : nodePromisesLookup(NO_QUERY, options as never),
    name,
  );
}

function checkHostname(hostname: unknown, form: Form): void {
  if (!hostname || (typeof hostname === 'string' && !hostname.includes('\0'))) return;
  // Versions before 22 take a NUL.
  if (typeof hostname === 'string' && !refusesNul()) return;
  refuse(
    () =>
      form === 'callback'
        ? nodeLookup(hostname as never, ignore as never)
        : nodePromisesLookup(hostname as never),
    'hostname',
  );
}

let nulRefused: boolean | undefined;

function refusesNul(): boolean {
  nulRefused ??= probeNul();
  return nulRefused;
}

function probeNul(): boolean {
  try {
    // An option that is refused after the host name: without it, a version that takes NUL would send a query.
    nodeLookup('\0', { hints: 'none' } as never, ignore as never);
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_INVALID_ARG_VALUE';
  }
  return false;
}

export function checkCallback(callback: unknown): void {
  if (typeof callback !== 'function') {
    refuse(() => nodeLookup(NO_QUERY, undefined as never, callback as never), 'callback');
  }
}

/**
 * @param options an object, a family, null or undefined
 * @param strict whether `signal` and `timeout` of a wrong type throw; Node's own function, which does not know them,
 *   ignores them
 */
export function readLookupRequest(
  hostname: unknown,
  options: unknown,
  form: Form,
  strict: boolean,
): LookupRequest {
  checkHostname(hostname, form);
  return readOptions(hostname as string, options, form, strict);
}

/** The arguments of the callback form, of which `options` may be left out. */
export function readCallbackRequest(
  hostname: unknown,
  options: unknown,
  callback: unknown,
  argumentCount: number,
  strict: boolean,
): LookupRequest {
  checkHostname(hostname, 'callback');
  if (typeof options === 'function') return readOptions(hostname as string, undefined, 'callback', strict);
  const misplaced = options !== undefined && typeof options !== 'object' && typeof options !== 'number';
  checkCallback(misplaced && argumentCount === 2 ? options : callback);
  return readOptions(hostname as string, options, 'callback', strict);
}

function readOptions(hostname: string, options: unknown, form: Form, strict: boolean): LookupRequest {
  let family: 0 | 4 | 6 = 0;
  let hints = 0;
  let all = false;
  let order = getDefaultResultOrder();
  let signal: AbortSignal | undefined;
  let timeoutMs = 0;
  if (typeof options === 'number') {
    if (!isFamily(options)) nodeRefuses(options, 'family', form);
    family = (options + 0) as 0 | 4 | 6;
  } else if (options !== undefined && typeof options !== 'object') {
    nodeRefuses(options as never, 'options', form);
  } else if (options) {
    const given = options as Readonly<Record<keyof LookupOptions, unknown>>;
    hints = readHints(given.hints, form);
    family = readFamily(given.family, form);
    if (isGiven(given.all)) {
      if (typeof given.all !== 'boolean') nodeRefuses({ all: given.all }, 'options.all', form);
      all = given.all;
    }
    if (isGiven(given.verbatim)) {
      if (typeof given.verbatim !== 'boolean')
        nodeRefuses({ verbatim: given.verbatim }, 'options.verbatim', form);
      order = given.verbatim ? 'verbatim' : 'ipv4first';
    }
    if (isGiven(given.order)) {
      if (!isOrder(given.order)) nodeRefuses({ order: given.order }, 'options.order', form);
      order = given.order;
    }
    signal = readSignal(given.signal, strict);
    timeoutMs = readTimeout(given.timeout, strict);
  }
  return { hostname, family, hints, all, order, signal, timeoutMs };
}

function readHints(hints: unknown, form: Form): number {
  if (!isGiven(hints)) return 0;
  if (typeof hints !== 'number' || ((hints >>> 0) & ~ALL_HINTS) !== 0) nodeRefuses({ hints }, 'hints', form);
  return hints >>> 0;
}

function readFamily(family: unknown, form: Form): 0 | 4 | 6 {
  if (!isGiven(family)) return 0;
  if (form === 'callback' && family === 'IPv4') return 4;
  if (form === 'callback' && family === 'IPv6') return 6;
  if (!isFamily(family)) nodeRefuses({ family }, 'options.family', form);
  // Adding 0 makes 0 of -0.
  return (family + 0) as 0 | 4 | 6;
}

function readSignal(signal: unknown, strict: boolean): AbortSignal | undefined {
  // By what it has, not by its class: test environments have signals of their own.
  if (typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal) {
    return signal as AbortSignal;
  }
  if (signal === undefined || !strict) return undefined;
  throw argumentError(
    'ERR_INVALID_ARG_TYPE',
    'The "options.signal" property must be an instance of AbortSignal.',
  );
}

function readTimeout(timeout: unknown, strict: boolean): number {
  if (typeof timeout === 'number' && timeout > 0 && timeout <= MAX_TIMEOUT_MS) return Math.ceil(timeout);
  if (timeout === undefined || !strict) return 0;
  if (typeof timeout !== 'number') {
    throw argumentError('ERR_INVALID_ARG_TYPE', 'The "options.timeout" property must be of type number.');
  }
  throw argumentError(
    'ERR_INVALID_ARG_VALUE',
    `The property 'options.timeout' must be above 0 and at most ${MAX_TIMEOUT_MS} ms. Received ${timeout}`,
  );
}

/** Null counts as left out. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isFamily(value: unknown): value is 0 | 4 | 6 {
  return value === 0 || value === 4 || value === 6;
}

function isOrder(value: unknown): value is ResultOrder {
  return value === 'verbatim' || value === 'ipv4first' || value === 'ipv6first';
}

/** What an answer depends on, as flags of the addon. V4MAPPED and ALL mean something with family 6 only. */
export function variantOf(family: 0 | 4 | 6, hints: number): number {
  let variant = family === 4 ? LookupFlag.IPv4 : family === 6 ? LookupFlag.IPv6 : 0;
  if ((hints & ADDRCONFIG) !== 0) variant |= LookupFlag.AddrConfig;
  if (family === 6 && (hints & V4MAPPED) !== 0) {
    variant |= LookupFlag.V4Mapped;
    if ((hints & ALL) !== 0) variant |= LookupFlag.All;
  }
  return variant;
}
