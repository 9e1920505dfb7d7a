/**
 * Node's own `dns`, captured at load: the functions that were there before anybody (another copy of this
 * package included) replaced them.
 */
import dns from 'node:dns';
import { type DnsFunction, placedUnder } from './registry.ts';

/** A function installed by this package carries the original under this symbol, whichever copy installed it. */
export const INSTALL_SYMBOL: unique symbol = Symbol.for('doubao.resolver.install') as never;

/** Also where wrappers of others stand around a function of this package, whichever copy's. */
function originalOf<F extends DnsFunction>(name: string, current: F): F {
  const carried = (current as { [INSTALL_SYMBOL]?: F })[INSTALL_SYMBOL];
  return carried ?? (placedUnder(name)?.original as F | undefined) ?? current;
}

export const nodeLookup: typeof dns.lookup = originalOf('lookup', dns.lookup);
export const nodePromisesLookup: typeof dns.promises.lookup = originalOf(
  'promises.lookup',
  dns.promises.lookup,
);
/** Refuse what is no name; `resolve6` refuses the same. */
export const nodeResolve4: typeof dns.resolve4 = originalOf('resolve4', dns.resolve4);
export const nodePromisesResolve4: typeof dns.promises.resolve4 = originalOf(
  'promises.resolve4',
  dns.promises.resolve4,
);

/** How Node orders addresses when the caller does not say. */
export const getDefaultResultOrder: () => ResultOrder = dns.getDefaultResultOrder as () => ResultOrder;

/** `verbatim` is the order of RFC 6724; the others move one family to the front. */
export type ResultOrder = 'verbatim' | 'ipv4first' | 'ipv6first';

export const ADDRCONFIG: number = dns.ADDRCONFIG;
export const V4MAPPED: number = dns.V4MAPPED;
export const ALL: number = dns.ALL;

export const nodeMajor: number = Number.parseInt(process.versions.node, 10);
