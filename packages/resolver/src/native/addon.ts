/** The addon, loaded once for this copy of the package. */
import { loadAddon, type LoadedAddon } from '@doubao/resolver-native';
import { ResolverAddonError } from '../errors/errors.ts';
import { isBuildingSnapshot } from '../runtime/startup-snapshot.ts';

let loaded: LoadedAddon | ResolverAddonError | undefined;

/**
 * Loads the addon if need be. While a startup snapshot is being built it is left alone: what it allocates cannot be put
 * into one.
 *
 * @returns undefined if it is there, else the error that says what to do
 */
export function addonProblem(): ResolverAddonError | undefined {
  if (loaded === undefined && isBuildingSnapshot()) {
    return new ResolverAddonError(
      'No addon is loaded while a startup snapshot is being built. Call install or createResolver when it runs: in v8.startupSnapshot.setDeserializeMainFunction.',
    );
  }
  loaded ??= load();
  return loaded instanceof ResolverAddonError ? loaded : undefined;
}

/** @throws ResolverAddonError */
export function addon(): LoadedAddon {
  const problem = addonProblem();
  if (problem !== undefined) throw problem;
  return loaded as LoadedAddon;
}

function load(): LoadedAddon | ResolverAddonError {
  try {
    return loadAddon();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return new ResolverAddonError(message, { cause: error });
  }
}
