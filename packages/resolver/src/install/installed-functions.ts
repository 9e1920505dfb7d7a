/** The functions of `node:dns` that `install` replaces, and what it puts in their place. */
import dns from 'node:dns';
import { defaultMembers, defaultSlot } from './default-resolver.ts';
import { diverting } from './diverting.ts';
import { promisesServerMembers, serverMembers } from '../dns-namespace.ts';
import { ResolverOptionError } from '../errors/errors.ts';
import { createLookup } from '../lookup/lookup.ts';
import {
  INSTALL_SYMBOL,
  nodeLookup,
  nodeMembers,
  NodePromisesResolver,
  nodePromisesLookup,
  nodePromisesMembers,
  NodeResolver,
} from '../runtime/node-dns.ts';
import type { ResolverOptions } from '../configuration/options.ts';
import { createPromisesLookup } from '../lookup/promises-lookup.ts';
import type { DnsFunction } from './registry.ts';
import { type Place, Replacement } from './replacement.ts';
import type { SlotTarget } from '../lookup/target.ts';

/** What `install` takes. */
export interface InstallOptions extends ResolverOptions {
  /**
   * `'lookup'` replaces `dns.lookup` and `dns.promises.lookup`; `'all'` every `resolve*`, `reverse`, `getServers`,
   * `setServers` and `Resolver` too. Default: `'lookup'`
   */
  readonly functions?: 'lookup' | 'all' | undefined;
}

/**
 * Takes what goes for `install` alone out of its options.
 *
 * @throws ResolverOptionError
 */
export function splitOptions(options: InstallOptions | undefined): {
  functions: 'lookup' | 'all';
  options: ResolverOptions | undefined;
} {
  // What is no object is for the reader of the other options to refuse.
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return { functions: 'lookup', options };
  }
  const { functions = 'lookup', ...others } = options;
  if (functions !== 'lookup' && functions !== 'all') {
    throw new ResolverOptionError(
      'functions',
      `must be one of lookup, all, not ${JSON.stringify(functions) ?? typeof functions}`,
    );
  }
  return { functions, options: others };
}

/** Replacements of `dns.lookup` and `dns.promises.lookup`. */
export function lookupReplacements(): Replacement[] {
  return [
    lookupReplacement({ name: 'lookup', holder: dns, key: 'lookup', pristine: nodeLookup }, createLookup),
    lookupReplacement(
      { name: 'promises.lookup', holder: dns.promises, key: 'lookup', pristine: nodePromisesLookup },
      createPromisesLookup,
    ),
  ];
}

/** Replacements of everything else that the running Node has of what this package has. */
export function resolveReplacements(): Replacement[] {
  const callbacks = { ...defaultMembers.callbacks, ...serverMembers };
  const promises = { ...defaultMembers.promises, ...promisesServerMembers };
  return [
    ...memberReplacements(dns, '', nodeMembers, callbacks),
    classReplacement(dns, '', NodeResolver, serverMembers.Resolver),
    ...memberReplacements(dns.promises, 'promises.', nodePromisesMembers, promises),
    classReplacement(dns.promises, 'promises.', NodePromisesResolver, promisesServerMembers.Resolver),
  ];
}

/**
 * Where the resolver asks the system's servers, servers that the program has given Node stay in force. To be called
 * before Node's functions are replaced.
 */
export function adoptServers(): void {
  if (defaultSlot.options.native.servers !== 'system' || INSTALL_SYMBOL in dns.getServers) return;
  const [given, systems] = [dns.getServers(), new NodeResolver().getServers()];
  if (given.join() !== systems.join()) serverMembers.setServers(given);
}

function lookupReplacement(place: Place, create: (target: SlotTarget) => object): Replacement {
  const target = defaultSlot.target(false);
  return new Replacement(place, create(target) as DnsFunction, (to) => target.divert(to));
}

function memberReplacements(
  holder: object,
  prefix: string,
  nodes: Readonly<Record<string, DnsFunction>>,
  ours: object,
): Replacement[] {
  return Object.entries(nodes).flatMap(([key, pristine]) => {
    const answer = Reflect.get(ours, key) as DnsFunction | undefined;
    // A function that a later Node has added stays Node's.
    if (answer === undefined) return [];
    const { ours: standing, divert } = diverting(answer);
    return [new Replacement({ name: prefix + key, holder, key, pristine }, standing, divert)];
  });
}

/** Who has kept the class makes resolvers of ours with it: they work without what stands in `dns`. */
function classReplacement(holder: object, prefix: string, pristine: unknown, ours: unknown): Replacement {
  const place = { name: `${prefix}Resolver`, holder, key: 'Resolver', pristine: pristine as DnsFunction };
  return new Replacement(place, ours as DnsFunction, () => undefined);
}
