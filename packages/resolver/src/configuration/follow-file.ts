/** The default resolver follows the file that `DOUBAO_RESOLVER_CONFIG` names, each thread for itself. */
import { defaultSlot } from '../install/default-resolver.ts';
import { type InstallOptions, splitOptions } from '../install/installed-functions.ts';
import { isSwitchedOff } from '../install/kill-switch.ts';
import { readOptions } from './options.ts';
import { warn } from '../errors/warning.ts';
import { configurationFile, environmentOptions } from './environment-options.ts';
import { ConfigurationReload } from './reload.ts';

let cease: (() => void) | undefined;

/** @param inForce what the file and the variables said when the resolver was configured */
export function followConfigurationFile(environment: NodeJS.ProcessEnv, inForce: InstallOptions): void {
  const path = configurationFile(environment);
  if (path === undefined || isSwitchedOff()) return;
  const reload = new ConfigurationReload(inForce, {
    read: () => environmentOptions(environment),
    // Which functions are installed stays: somebody may have uninstalled them.
    apply: (options) => defaultSlot.configure(readOptions(splitOptions(options).options)),
    warn,
  });
  cease = defaultSlot.open().watch(path, () => reload.look());
  reload.look();
}

/** Options given by the program are not to be replaced by those of a file. */
export function ceaseFollowing(): void {
  cease?.();
  cease = undefined;
}
