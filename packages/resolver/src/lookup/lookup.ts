/** `lookup` with a callback: the hit path, written out for speed, and the way to everything else. */
import type { LookupAddress } from './address-list.ts';
import { LookupFlag } from '../native/binding.ts';
import { nextTick } from '../runtime/captured.ts';
import { type LookupOptions, readCallbackRequest } from './lookup-request.ts';
import { ADDRCONFIG, getDefaultResultOrder, nodeLookup } from '../runtime/node-dns.ts';
import { literalOf, startLookup } from './start-lookup.ts';
import type { Target } from './target.ts';

type LookupOneCallback = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;
type LookupAllCallback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** `dns.lookup`: the callback is asynchronous, results are fresh, errors of arguments are thrown. */
export interface Lookup {
  (hostname: string, options: LookupOptions & { all: true }, callback: LookupAllCallback): void;
  (
    hostname: string,
    options: (LookupOptions & { all?: false | undefined }) | number | null | undefined,
    callback: LookupOneCallback,
  ): void;
  (hostname: string, options: LookupOptions, callback: LookupCallback): void;
  (hostname: string, callback: LookupOneCallback): void;
}

/** Any arguments: what they are is found out in the function. */
type LooseLookup = (hostname: string, options: never, callback: (...results: unknown[]) => void) => object;

/**
 * `util.promisify.custom`. Importing `node:util` for it loads half of Node and opens stderr.
 */
const PROMISIFY_CUSTOM = Symbol.for('nodejs.util.promisify.custom');

/** By this property of Node's own function `util.promisify` knows what to call the two results. */
const PROMISIFY_ARGUMENTS = Object.getOwnPropertySymbols(nodeLookup).find(
  ({ description }) => description === 'customPromisifyArgs',
);

/** Stands for the request object that Node returns and documents nothing about. */
const REQUEST = Object.freeze({});

/** A free function: it needs no `this`. */
export function createLookup(target: Target): Lookup {
  const lookup: LooseLookup = function lookup(hostname, options: LookupOptions | (() => void), callback) {
    const { mirror } = target;
    // Only strings are ever put in, so a hit is a string.
    let entry = mirror.names.get(hostname);
    if (entry === undefined) return slowLookup(target, hostname, options, callback, arguments.length);
    // Anything unusual about the arguments goes the slow way, which throws what Node throws.
    let done = callback;
    let variant = 0;
    let all = false;
    if (typeof options === 'function') {
      done = options;
    } else if (typeof callback !== 'function') {
      return slowLookup(target, hostname, options, callback, arguments.length);
    } else if (options !== undefined && options !== null) {
      if (typeof options !== 'object')
        return slowLookup(target, hostname, options, callback, arguments.length);
      const { hints } = options;
      if (hints === ADDRCONFIG) variant = LookupFlag.AddrConfig;
      else if (hints !== undefined && hints !== 0) variant = -1;
      const { family } = options;
      if (family === 4) variant |= LookupFlag.IPv4;
      else if (family === 6) variant |= LookupFlag.IPv6;
      else if (family !== undefined && family !== 0) variant = -1;
      const every = options.all;
      if (every === true) all = true;
      else if (every !== undefined && every !== false) variant = -1;
      if (options.verbatim !== undefined || options.order !== undefined) variant = -1;
    }
    while (entry !== undefined && entry.variant !== variant) entry = entry.next;
    if (
      entry === undefined ||
      Atomics.load(mirror.generations as Uint32Array, entry.slot) !== entry.generation
    ) {
      return slowLookup(target, hostname, options, callback, arguments.length);
    }
    if (--entry.fuel === 0) mirror.refuel(entry);
    if (mirror.quiet) mirror.wake();
    const { shortFamily } = entry;
    if (shortFamily !== 0) {
      const { even, odd } = entry;
      const isEven = (entry.fuel & 1) === 0;
      if (!all) {
        nextTick(done, null, isEven ? even : odd, shortFamily);
      } else if (entry.count === 1) {
        nextTick(done, null, [{ address: even, family: shortFamily }]);
      } else if (isEven) {
        nextTick(done, null, [
          { address: even, family: shortFamily },
          { address: odd, family: shortFamily },
        ]);
      } else {
        nextTick(done, null, [
          { address: odd, family: shortFamily },
          { address: even, family: shortFamily },
        ]);
      }
      return REQUEST;
    }
    const layout = mirror.layout(entry, entry.mixed ? getDefaultResultOrder() : 'verbatim');
    if (layout === undefined) {
      const addresses = mirror.next(entry, getDefaultResultOrder());
      if (all) nextTick(done, null, addresses);
      else
        nextTick(done, null, (addresses[0] as LookupAddress).address, (addresses[0] as LookupAddress).family);
    } else if (!all) {
      nextTick(done, null, layout.a0, layout.f0);
    } else if (entry.count === 2) {
      nextTick(done, null, [
        { address: layout.a0, family: layout.f0 },
        { address: layout.a1, family: layout.f1 },
      ]);
    } else if (entry.count === 3) {
      nextTick(done, null, [
        { address: layout.a0, family: layout.f0 },
        { address: layout.a1, family: layout.f1 },
        { address: layout.a2, family: layout.f2 },
      ]);
    } else {
      nextTick(done, null, [
        { address: layout.a0, family: layout.f0 },
        { address: layout.a1, family: layout.f1 },
        { address: layout.a2, family: layout.f2 },
        { address: layout.a3, family: layout.f3 },
      ]);
    }
    return REQUEST;
  };
  const typed = lookup as unknown as Lookup;
  // A wrapper that copies properties is called by what `promisify` makes of it in the first case, not in the second.
  if (PROMISIFY_ARGUMENTS !== undefined) {
    Object.defineProperty(typed, PROMISIFY_ARGUMENTS, { value: ['address', 'family'] });
  } else {
    Object.defineProperty(typed, PROMISIFY_CUSTOM, { value: promisified(typed), configurable: true });
  }
  return typed;
}

/** Misses, addresses, unusual and wrong arguments. */
function slowLookup(
  target: Target,
  hostname: string,
  options: unknown,
  callback: unknown,
  argumentCount: number,
): object {
  const { elsewhere } = target;
  if (elsewhere !== undefined) {
    // As many arguments as there were: Node counts them.
    return elsewhere(...([hostname, options, callback].slice(0, argumentCount) as never[])) as object;
  }
  const request = readCallbackRequest(hostname, options, callback, argumentCount, target.strict);
  const done = (typeof options === 'function' ? options : callback) as (...results: unknown[]) => void;
  const { family, all } = request;
  if (!hostname) {
    // Answered or refused without a query, with the running version's warning or error.
    return nodeLookup(hostname, { family, all }, done) as unknown as object;
  }
  const literal = literalOf(hostname);
  if (literal !== undefined) {
    if (all) nextTick(done, null, [literal]);
    else nextTick(done, null, literal.address, literal.family);
    return REQUEST;
  }
  startLookup(
    target,
    request,
    (error, addresses) => {
      if (error !== null) done(error);
      else if (all) done(null, addresses);
      else done(null, (addresses[0] as LookupAddress).address, (addresses[0] as LookupAddress).family);
    },
    true,
  );
  return REQUEST;
}

/** What `util.promisify` makes of Node's own: an object instead of the two values, or the array. */
function promisified(lookup: Lookup): (hostname: string, options?: LookupOptions) => Promise<unknown> {
  return (hostname, options) =>
    new Promise((resolve, reject) => {
      lookup(hostname, options as LookupOptions, (error, address, family) => {
        if (error !== null) reject(error);
        else resolve(Array.isArray(address) ? address : { address, family });
      });
    });
}
