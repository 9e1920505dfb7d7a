import { fileURLToPath } from 'node:url';
import { builtProgram } from '../harness/cargo-program.ts';
import type { Sample } from '../harness/experiment.ts';
import { runProgram } from '../harness/run-program.ts';

// From dist/cache/.
export const workspaceManifest: string = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
const crate = 'cache-benchmark';

/** Plays what the arguments say; see `src/main.rs`. */
export type Player = (...args: readonly string[]) => Promise<Sample>;

/** Builds the program that plays traces. */
export async function buildPlayer(): Promise<Player> {
  const command = await builtProgram([
    'build',
    '--release',
    '--manifest-path',
    workspaceManifest,
    '-p',
    crate,
  ]);
  return (...args) => runProgram({ command, args });
}
