/** Finds and loads the addon. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { addonError, type Attempt } from './addon-error.ts';
import type { Binding } from './binding.ts';
import { candidateTargets, hostTarget } from './target.ts';

const require = createRequire(import.meta.url);
let loaded: Binding | undefined;

/** Where this package's own build of the addon is: beside package.json, seen from `src` as from `dist`. */
export function addonFile(target: string): URL {
  return new URL(`../resolver.${target}.node`, import.meta.url);
}

/**
 * The addon, loaded by the first call: from this package if it was built here, else from the package of the platform.
 *
 * @throws Error with code `ERR_RESOLVER_ADDON_UNAVAILABLE`, whose message names the platform and the remedy
 */
export function loadBinding(): Binding {
  loaded ??= load();
  return loaded;
}

function load(): Binding {
  const attempts: Attempt[] = [];
  for (const path of pathsOf(installedTargets())) {
    try {
      return require(path) as Binding;
    } catch (error) {
      attempts.push({ path, error });
    }
  }
  throw addonError(hostTarget(), attempts);
}

/** Which C library this is, is asked only if both kinds of addon are here: the answer takes 5 ms. */
function installedTargets(): readonly string[] {
  const installed = candidateTargets().filter((target) => pathsOf([target]).length > 0);
  return installed.length > 1 ? [hostTarget()] : installed;
}

function pathsOf(targets: readonly string[]): string[] {
  return targets.flatMap((target) => {
    const own = fileURLToPath(addonFile(target));
    return [...(existsSync(own) ? [own] : []), ...packagePath(`@doubao/resolver-native-${target}`)];
  });
}

function packagePath(name: string): string[] {
  try {
    return [require.resolve(name)];
  } catch {
    return [];
  }
}
