/** Puts the resolver in the place of Node's own `dns.lookup`, for everything in this thread. */
import { ceaseFollowing } from '../configuration/follow-file.ts';
import { defaultResolver, defaultSlot } from './default-resolver.ts';
import {
  adoptServers,
  type InstallOptions,
  lookupReplacements,
  resolveReplacements,
  splitOptions,
} from './installed-functions.ts';
import { isSwitchedOff, say } from './kill-switch.ts';
import { readOptions } from '../configuration/options.ts';
import type { Replacement } from './replacement.ts';
import type { DoubaoResolver } from '../resolver.ts';

let ofLookup: readonly Replacement[] | undefined;
let ofResolve: readonly Replacement[] | undefined;

/**
 * Replaces `dns.lookup` and `dns.promises.lookup` in this thread, for `import { lookup } from 'node:dns'` too; with
 * `functions: 'all'`, every `resolve*`, `reverse`, `getServers`, `setServers` and `Resolver` as well. Called again, it
 * gives the resolver other options, and other functions; lookups that are pending end with those they began
 * with. A configuration file that `register` has read is not followed any longer.
 *
 * With `DOUBAO_RESOLVER=off` in the environment it replaces nothing and says so on stderr.
 *
 * @returns the resolver behind them, the same at each call
 * @throws ResolverOptionError with the path of an option that is unknown or unusable
 */
export function install(options?: InstallOptions): DoubaoResolver {
  const { functions, options: others } = splitOptions(options);
  const read = readOptions(others);
  if (isSwitchedOff()) {
    say('DOUBAO_RESOLVER=off, nothing is installed');
    return defaultResolver;
  }
  ceaseFollowing();
  defaultSlot.configure(read);
  defaultSlot.open();
  ofLookup ??= lookupReplacements();
  for (const replacement of ofLookup) replacement.place();
  if (functions === 'all') {
    adoptServers();
    ofResolve ??= resolveReplacements();
    for (const replacement of ofResolve) replacement.place();
  } else {
    withdraw(ofResolve);
  }
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
  return defaultResolver;
}

/**
 * Puts Node's functions back where ours still stand; whatever copy of this package was installed before this one stays
 * replaced. Where others have wrapped ours, and for who has kept it, ours hands everything on to Node's. The resolver
 * stays open.
 */
export function uninstall(): void {
  if (ofLookup === undefined) return;
  withdraw(ofLookup);
  withdraw(ofResolve);
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}

function withdraw(replacements: readonly Replacement[] | undefined): void {
  if (replacements === undefined) return;
  for (const replacement of replacements) replacement.withdraw();
}
