/** Puts the resolver in the place of Node's own `dns.lookup`, for everything in this thread. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { defaultResolver, defaultSlot } from './default-resolver.ts';
import { isSwitchedOff, say } from './kill-switch.ts';
import { createLookup } from './lookup.ts';
import { nodeLookup, nodePromisesLookup } from './node-dns.ts';
import { readOptions, type ResolverOptions } from './options.ts';
import { createPromisesLookup } from './promises-lookup.ts';
import type { DnsFunction } from './registry.ts';
import { type Place, Replacement } from './replacement.ts';
import type { DoubaoResolver } from './resolver.ts';
import type { SlotTarget } from './target.ts';

let replacements: readonly Replacement[] | undefined;

/**
 * Replaces `dns.lookup` and `dns.promises.lookup` in this thread, for `import { lookup } from 'node:dns'` too. Called
 * again, it gives the resolver other options; lookups that are pending end with those they began with.
 *
 * With `DOUBAO_RESOLVER=off` in the environment it replaces nothing and says so on stderr.
 *
 * @returns the resolver behind them, the same at each call
 * @throws ResolverOptionError with the path of an option that is unknown or unusable
 */
export function install(options?: ResolverOptions): DoubaoResolver {
  const read = readOptions(options);
  if (isSwitchedOff()) {
    say('DOUBAO_RESOLVER=off, nothing is installed');
    return defaultResolver;
  }
  defaultSlot.configure(read);
  defaultSlot.open();
  replacements ??= [
    replacementOf({ name: 'lookup', holder: dns, key: 'lookup', pristine: nodeLookup }, createLookup),
    replacementOf(
      { name: 'promises.lookup', holder: dns.promises, key: 'lookup', pristine: nodePromisesLookup },
      createPromisesLookup,
    ),
  ];
  for (const replacement of replacements) replacement.place();
  syncBuiltinESMExports();
  return defaultResolver;
}

/**
 * Puts Node's functions back where ours still stand; whatever copy of this package was installed before this one stays
 * replaced. Where others have wrapped ours, and for who has kept it, ours hands everything on to Node's. The resolver
 * stays open.
 */
export function uninstall(): void {
  if (replacements === undefined) return;
  for (const replacement of replacements) replacement.withdraw();
  syncBuiltinESMExports();
}

function replacementOf(place: Place, create: (target: SlotTarget) => object): Replacement {
  const target = defaultSlot.target(false);
  return new Replacement(place, create(target) as DnsFunction, (to) => target.divert(to));
}
