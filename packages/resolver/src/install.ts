/** Puts the resolver in the place of Node's own `dns.lookup`, for everything in this thread. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { defaultResolver, defaultSlot } from './default-resolver.ts';
import { isSwitchedOff, say } from './kill-switch.ts';
import { createLookup } from './lookup.ts';
import { INSTALL_SYMBOL, nodeLookup, nodePromisesLookup } from './node-dns.ts';
import { readOptions, type ResolverOptions } from './options.ts';
import { createPromisesLookup } from './promises-lookup.ts';
import type { DoubaoResolver } from './resolver.ts';
import type { SlotTarget } from './target.ts';

/** A function of Node's, and ours for it. */
interface Replacement {
  readonly holder: { lookup: unknown };
  readonly original: unknown;
  readonly ours: object;
  /** Ours was put there and has not been taken away by us. Others may have wrapped it since. */
  placed: boolean;
}

let target: SlotTarget | undefined;
let replacements: readonly Replacement[] = [];

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
  if (target === undefined) {
    target = defaultSlot.target(false);
    replacements = [
      replacement(dns, nodeLookup, createLookup(target)),
      replacement(dns.promises, nodePromisesLookup, createPromisesLookup(target)),
    ];
  }
  target.bypassed = false;
  for (const each of replacements) {
    // What wraps ours calls it; a second one on top would make two lookups of one.
    if (each.placed) continue;
    each.holder.lookup = each.ours;
    each.placed = true;
  }
  syncBuiltinESMExports();
  return defaultResolver;
}

/**
 * Puts Node's functions back where ours still stand. Where others have wrapped ours, and for who has kept it, ours
 * hands everything on to Node's. The resolver stays open.
 */
export function uninstall(): void {
  if (target === undefined) return;
  target.bypassed = true;
  for (const each of replacements) {
    if (each.holder.lookup !== each.ours) continue;
    each.holder.lookup = each.original;
    each.placed = false;
  }
  syncBuiltinESMExports();
}

function replacement(holder: { lookup: unknown }, original: object, ours: object): Replacement {
  Object.defineProperty(ours, INSTALL_SYMBOL, { value: original });
  return { holder, original, ours, placed: false };
}
