/** The whole of `node:dns` and `node:dns/promises`, on the default resolver. */
import dns from 'node:dns';
import {
  defaultMembers,
  defaultPromisesScope,
  defaultResolver,
  defaultScope,
  defaultSlot,
} from './install/default-resolver.ts';
import type { Lookup } from './lookup/lookup.ts';
import type { PromisesLookup } from './lookup/promises-lookup.ts';
import { createPromisesResolverClass, createResolverClass } from './resolve/resolver-classes.ts';
import type {
  PromisesResolveFunctions,
  PromisesResolverClass,
  ResolveFunctions,
  ResolverClass,
} from './resolve/types.ts';

type Replaced = 'lookup' | 'promises' | 'Resolver' | keyof ResolveFunctions;

/** What `node:dns` exports, with this package's functions, and its additions. */
export interface DnsNamespace extends Omit<typeof dns, Replaced>, ResolveFunctions {
  readonly lookup: Lookup & typeof dns.lookup;
  readonly Resolver: ResolverClass;
  readonly promises: DnsPromisesNamespace;
}

/** What `node:dns/promises` exports, with this package's functions, and its additions. */
export interface DnsPromisesNamespace extends Omit<typeof dns.promises, Replaced>, PromisesResolveFunctions {
  readonly lookup: PromisesLookup & typeof dns.promises.lookup;
  readonly Resolver: PromisesResolverClass;
}

/** `getServers`, `setServers` and `Resolver`. */
type ServerMembers<N extends { getServers: unknown; setServers: unknown; Resolver: unknown }> = Pick<
  N,
  'getServers' | 'setServers' | 'Resolver'
>;

/** Those with callbacks; `setServers` goes for the promises too, as in Node. */
export const serverMembers: ServerMembers<DnsNamespace> = {
  Resolver: createResolverClass(defaultSlot),
  setServers: function setServers(servers) {
    defaultScope.setServers(servers, true);
    defaultPromisesScope.setServers(servers, true);
  },
  getServers: () => defaultScope.getServers(),
};

/** Those with promises; `setServers` goes for them alone, as in Node. */
export const promisesServerMembers: ServerMembers<DnsPromisesNamespace> = {
  Resolver: createPromisesResolverClass(defaultSlot),
  setServers: function setServers(servers) {
    defaultPromisesScope.setServers(servers, true);
  },
  getServers: () => defaultPromisesScope.getServers(),
};

const dnsPromisesNamespace: DnsPromisesNamespace = {
  ...dns.promises,
  ...defaultMembers.promises,
  ...promisesServerMembers,
  lookup: defaultResolver.promises.lookup as DnsPromisesNamespace['lookup'],
};

/** Functions that a later Node adds, and this package does not know, are Node's own. */
export const dnsNamespace: DnsNamespace = {
  ...dns,
  ...defaultMembers.callbacks,
  ...serverMembers,
  lookup: defaultResolver.lookup as DnsNamespace['lookup'],
  promises: dnsPromisesNamespace,
};
