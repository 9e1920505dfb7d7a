/** `lookup` with a promise. */
import type { LookupAddress } from './address-list.ts';
import { LookupFlag } from '../native/binding.ts';
import { type Layout, listOf } from '../mirror/layout.ts';
import { type LookupOptions, readLookupRequest } from './lookup-request.ts';
import { ADDRCONFIG, getDefaultResultOrder, nodePromisesLookup } from '../runtime/node-dns.ts';
import { literalOf, startLookup } from './start-lookup.ts';
import type { Target } from './target.ts';

/** `dns.promises.lookup`: errors of arguments are thrown, not rejected, as Node does. */
export interface PromisesLookup {
  (hostname: string, options: LookupOptions & { all: true }): Promise<LookupAddress[]>;
  (
    hostname: string,
    options?: (LookupOptions & { all?: false | undefined }) | number | null,
  ): Promise<LookupAddress>;
  (hostname: string, options: LookupOptions): Promise<LookupAddress | LookupAddress[]>;
}

type Family = 4 | 6;

// An async function that builds the result itself is the cheapest promise of a fresh object there is.
const one = async (address: string, family: Family): Promise<LookupAddress> => ({ address, family });
const list1 = async (address: string, family: Family): Promise<LookupAddress[]> => [{ address, family }];
const list2 = async (address: string, second: string, family: Family): Promise<LookupAddress[]> => [
  { address, family },
  { address: second, family },
];
const longer = async (layout: Layout, count: number): Promise<LookupAddress[]> => listOf(layout, count);

type Result = Promise<LookupAddress | LookupAddress[]>;
type LooseLookup = (hostname: string, options?: LookupOptions) => Result;

/** A free function: it needs no `this`. */
export function createPromisesLookup(target: Target): PromisesLookup {
  const lookup: LooseLookup = function lookup(hostname, options) {
    const { mirror } = target;
    let entry = mirror.names.get(hostname);
    if (entry === undefined) return slowLookup(target, hostname, options);
    let variant = 0;
    let all = false;
    if (options !== undefined && options !== null) {
      if (typeof options !== 'object') return slowLookup(target, hostname, options);
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
      return slowLookup(target, hostname, options);
    }
    if (--entry.fuel === 0) mirror.refuel(entry);
    if (mirror.quiet) mirror.wake();
    const { shortFamily } = entry;
    if (shortFamily !== 0) {
      const { even, odd } = entry;
      const isEven = (entry.fuel & 1) === 0;
      if (!all) return one(isEven ? even : odd, shortFamily);
      if (entry.count === 1) return list1(even, shortFamily);
      return isEven ? list2(even, odd, shortFamily) : list2(odd, even, shortFamily);
    }
    const layout = mirror.layout(entry, entry.mixed ? getDefaultResultOrder() : 'verbatim');
    if (layout === undefined) {
      const addresses = mirror.next(entry, getDefaultResultOrder());
      return Promise.resolve(all ? addresses : (addresses[0] as LookupAddress));
    }
    return all ? longer(layout, entry.count) : one(layout.a0, layout.f0);
  };
  return lookup as PromisesLookup;
}

function slowLookup(target: Target, hostname: string, options: unknown): Result {
  const { elsewhere } = target;
  if (elsewhere !== undefined) return elsewhere(hostname as never, options as never) as Result;
  const request = readLookupRequest(hostname, options, 'promise', target.strict);
  const { family, all } = request;
  if (!hostname) return nodePromisesLookup(hostname, { family, all }) as Result;
  const literal = literalOf(hostname);
  if (literal !== undefined) return Promise.resolve(all ? [literal] : literal);
  return new Promise((resolve, reject) => {
    startLookup(
      target,
      request,
      (error, addresses) => {
        if (error !== null) reject(error);
        else resolve(all ? addresses : (addresses[0] as LookupAddress));
      },
      false,
    );
  });
}
