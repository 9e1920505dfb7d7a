import { fileURLToPath } from 'node:url';
import { builtProgram } from '../harness/cargo-program.ts';
import type { Sample } from '../harness/experiment.ts';
import { runProgram } from '../harness/run-program.ts';

// From dist/cache/.
const manifest = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
const crate = 'cache-benchmark';

/** The programs of the crate: traces with a clock that is told the time, and threads. */
export type ProgramName = 'cache-traces' | 'cache-threads';

/** Plays what the arguments say; see the program. */
export type Player = (...args: readonly string[]) => Promise<Sample>;

/** Builds a program that plays. */
export async function buildPlayer(program: ProgramName): Promise<Player> {
  const command = await builtProgram([
    'build',
    '--release',
    '--manifest-path',
    manifest,
    '-p',
    crate,
    '--bin',
    program,
  ]);
  return (...args) => runProgram({ command, args });
}
