/** Finds and loads the addon. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { addonError, type Attempt, isDenied } from './addon-error.ts';
import type { Binding } from './binding.ts';
import { candidateTargets, hostTarget } from './target.ts';

/** The addon, and the file it came from. */
export interface LoadedAddon {
  readonly binding: Binding;
  readonly path: string;
}

const PACKAGE = '@doubao/resolver-native';

/** A bundler that makes CommonJS leaves `import.meta` empty. */
declare const __filename: string | undefined;
const here: string | undefined = import.meta.url as string | undefined;
const self: string =
  here ?? pathToFileURL(typeof __filename === 'string' ? __filename : join(process.cwd(), 'bundle')).href;
const require = createRequire(self);
let loaded: LoadedAddon | undefined;

/** Where this package's own build of the addon is: beside package.json, seen from `src` as from `dist`. */
export function addonFile(target: string): URL {
  return new URL(`../${fileName(target)}`, self);
}

/**
 * The addon, loaded by the first call: from this package if it was built here, else from the package of the platform.
 *
 * @throws Error with code `ERR_RESOLVER_ADDON_UNAVAILABLE`, whose message names the platform and the remedy
 */
export function loadAddon(): LoadedAddon {
  loaded ??= load();
  return loaded;
}

/** {@link loadAddon}, without the file's name. */
export function loadBinding(): Binding {
  return loadAddon().binding;
}

function load(): LoadedAddon {
  const attempts: Attempt[] = [];
  const folder = packageFolder();
  for (const path of installedFiles(folder)) {
    try {
      return { binding: require(path) as Binding, path };
    } catch (error) {
      attempts.push({ path, error });
    }
  }
  throw addonError(hostTarget(), attempts, folder === undefined ? fileURLToPath(self) : undefined);
}

/** Which C library this is, is asked only if both kinds of addon are here: the answer takes 5 ms. */
function installedFiles(folder: string | undefined): readonly string[] {
  const [files = [], others = []] = candidateTargets()
    .map((target) => filesOf(target, folder))
    .filter((found) => found.length > 0);
  return others.length > 0 ? filesOf(hostTarget(), folder) : files;
}

function filesOf(target: string, folder: string | undefined): string[] {
  const own = folder === undefined ? undefined : join(folder, fileName(target));
  return [...(own !== undefined && mayExist(own) ? [own] : []), ...resolved(`${PACKAGE}-${target}`)];
}

/** This package's folder: where this module is or, if it became part of a bundle, where it is installed for that. */
function packageFolder(): string | undefined {
  const own = fileURLToPath(new URL('../package.json', self));
  const manifest = isOurs(own) ? own : resolved(`${PACKAGE}/package.json`).find(isOurs);
  return manifest === undefined ? undefined : dirname(manifest);
}

function isOurs(manifest: string): boolean {
  try {
    return (require(manifest) as { readonly name?: unknown }).name === PACKAGE;
  } catch (error) {
    return isDenied(error);
  }
}

/** What may not be looked at is tried: Node loads addons that it may not read. */
function mayExist(path: string): boolean {
  try {
    return existsSync(path);
  } catch (error) {
    return isDenied(error);
  }
}

function resolved(specifier: string): string[] {
  try {
    return [require.resolve(specifier)];
  } catch {
    return [];
  }
}

function fileName(target: string): string {
  return `resolver.${target}.node`;
}
