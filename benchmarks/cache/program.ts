import { fileURLToPath } from 'node:url';
import type { Sample } from '../harness/experiment.ts';
import { runCommand, runProgram } from '../harness/run-program.ts';

// From dist/cache/.
export const workspaceManifest: string = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
const crate = ['--quiet', '--release', '--manifest-path', workspaceManifest, '-p', 'cache-benchmark'];

/** Builds the program that plays traces, so that no measured run does. */
export async function buildPlayer(): Promise<void> {
  await runCommand({ command: 'cargo', args: ['build', ...crate] });
}

/** Plays what the arguments say; see `src/main.rs`. */
export function play(...args: readonly string[]): Promise<Sample> {
  return runProgram({ command: 'cargo', args: ['run', ...crate, '--', ...args] });
}
