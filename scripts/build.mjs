// `pnpm build`: every package, dependencies first, skipping what did not change.

import { pathToFileURL } from 'node:url';
import { runCommand } from './run-command.mjs';

/**
 * @param {{ allToStderr?: boolean }} [options]
 * @returns {Promise<number>} turbo's exit status
 */
export function build(options = {}) {
  return runCommand('turbo', ['run', 'build', '--output-logs=errors-only'], {
    env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    ...options,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await build();
