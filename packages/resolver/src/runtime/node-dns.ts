/**
 * Node's own `dns`, captured at load: the functions that were there before anybody (another copy of this
 * package included) replaced them.
 */
import dns from 'node:dns';
import { type DnsFunction, placedUnder } from '../install/registry.ts';

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
/** Functions by name: `resolve`, `resolveMx` … `reverse`, `getServers`, `setServers`; which there are depends on the version. */
type Members = Readonly<Record<string, DnsFunction>>;

const RESOLVER_MEMBER = /^(?:resolve|reverse$|[gs]etServers$)/;

function membersOf(holder: object, prefix: string): Members {
  const members: Record<string, DnsFunction> = {};
  for (const [name, member] of Object.entries(holder) as [string, DnsFunction][]) {
    if (RESOLVER_MEMBER.test(name)) members[name] = originalOf(prefix + name, member);
  }
  return members;
}

/** What the default resolver of `dns` has. */
export const nodeMembers: Members = membersOf(dns, '');
/** What that of `dns.promises` has. */
export const nodePromisesMembers: Members = membersOf(dns.promises, 'promises.');

type AnyClass = DnsFunction & typeof dns.Resolver;

/** Asks c-ares; here it only says what arguments it refuses, and how addresses are written. */
export const NodeResolver: typeof dns.Resolver = originalOf('Resolver', dns.Resolver as AnyClass);
export const NodePromisesResolver: typeof dns.promises.Resolver = originalOf(
  'promises.Resolver',
  dns.promises.Resolver as DnsFunction & typeof dns.promises.Resolver,
);

/** How Node orders addresses when the caller does not say. */
export const getDefaultResultOrder: () => ResultOrder = dns.getDefaultResultOrder as () => ResultOrder;

/** `verbatim` is the order of RFC 6724; the others move one family to the front. */
export type ResultOrder = 'verbatim' | 'ipv4first' | 'ipv6first';

export const ADDRCONFIG: number = dns.ADDRCONFIG;
export const V4MAPPED: number = dns.V4MAPPED;
export const ALL: number = dns.ALL;

export const nodeMajor: number = Number.parseInt(process.versions.node, 10);
