// `pnpm build`: every package, dependencies first, skipping what did not change.

import { pathToFileURL } from 'node:url';
import { runCommand } from './run-command.mjs';

/**
 * @param {{ only?: string, allToStderr?: boolean }} [options] `only` names a package to build, with what it needs
 * @returns {Promise<number>} turbo's exit status
 */
export function build({ only, allToStderr = false } = {}) {
  const filter = only === undefined ? [] : [`--filter=${only}...`];
  return runCommand('turbo', ['run', 'build', '--output-logs=errors-only', ...filter], {
    env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    allToStderr,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await build();
