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
const one = async (a0: string, f0: Family): Promise<LookupAddress> => ({ address: a0, family: f0 });
const list1 = async (a0: string, f0: Family): Promise<LookupAddress[]> => [{ address: a0, family: f0 }];
const list2 = async (a0: string, f0: Family, a1: string, f1: Family): Promise<LookupAddress[]> => [
  { address: a0, family: f0 },
  { address: a1, family: f1 },
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
    let layout: Layout | undefined;
    if (entry.mixed && getDefaultResultOrder() !== 'verbatim') {
      layout = mirror.layout(entry, getDefaultResultOrder());
    } else {
      layout = entry.verbatim;
      if (layout === undefined) layout = mirror.layout(entry, 'verbatim');
      else entry.verbatim = layout.next;
    }
    if (layout === undefined) {
      const addresses = mirror.next(entry, getDefaultResultOrder());
      return Promise.resolve(all ? addresses : (addresses[0] as LookupAddress));
    }
    if (!all) return one(layout.a0, layout.f0);
    if (entry.count === 1) return list1(layout.a0, layout.f0);
    if (entry.count === 2) return list2(layout.a0, layout.f0, layout.a1, layout.f1);
    return longer(layout, entry.count);
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
