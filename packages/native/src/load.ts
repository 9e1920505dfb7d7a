/** Finds and loads the addon. */
import { addonError, type Attempt, isDenied } from './addon-error.ts';
import type { Binding } from './binding.ts';
import { candidateTargets, hostTarget } from './target.ts';

// Importing these would load what their namespaces name: with `fs` come streams, promises and readline.
const { existsSync } = process.getBuiltinModule('node:fs');
const { createRequire } = process.getBuiltinModule('node:module');
const { dirname, join } = process.getBuiltinModule('node:path');
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');

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
  for (const path of installedFiles()) {
    try {
      return { binding: require(path) as Binding, path };
    } catch (error) {
      attempts.push({ path, error });
    }
  }
  const isAtHome = isOurs(manifestHere()) || installedManifest() !== undefined;
  throw addonError(hostTarget(), attempts, isAtHome ? undefined : fileURLToPath(self));
}

/** Addons for this machine, found one after the other: where each could be is looked at when those before are of no use. */
function* installedFiles(): Generator<string> {
  const own = manifestHere();
  yield* thisSystems((target) => builtBeside(own, target));
  yield* thisSystems((target) => resolved(`${PACKAGE}-${target}`));
  const installed = installedManifest();
  if (installed !== undefined && installed !== own) {
    yield* thisSystems((target) => builtBeside(installed, target));
  }
}

/** Which C library this is, is asked only if both kinds of addon are there: the answer takes 5 ms. */
function thisSystems(find: (target: string) => string | undefined): readonly string[] {
  const files = candidateTargets()
    .map(find)
    .filter((file) => file !== undefined);
  if (files.length < 2) return files;
  const file = find(hostTarget());
  return file === undefined ? [] : [file];
}

/** Of the package that this module is part of. */
function manifestHere(): string {
  return fileURLToPath(new URL('../package.json', self));
}

/** Where a bundle that this module became part of finds this package. */
function installedManifest(): string | undefined {
  const manifest = resolved(`${PACKAGE}/package.json`);
  return manifest !== undefined && isOurs(manifest) ? manifest : undefined;
}

/** A file of this name beside another package's manifest is another's addon. */
function builtBeside(manifest: string, target: string): string | undefined {
  const file = join(dirname(manifest), fileName(target));
  return mayExist(file) && isOurs(manifest) ? file : undefined;
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

function resolved(specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
}

function fileName(target: string): string {
  return `resolver.${target}.node`;
}
