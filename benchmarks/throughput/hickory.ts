import { fileURLToPath } from 'node:url';
import { builtProgram } from '../harness/cargo-program.ts';
import type { Sample } from '../harness/experiment.ts';
import { runProgram } from '../harness/run-program.ts';

// From dist/throughput/.
const manifest = fileURLToPath(new URL('../../throughput/hickory/Cargo.toml', import.meta.url));

/** Runs `hickory-load` with the arguments that its `src/main.rs` describes. */
export type Hickory = (...args: readonly (string | number)[]) => Promise<Sample>;

/** Builds the program that resolves by hickory-resolver. */
export async function buildHickory(): Promise<Hickory> {
  const command = await builtProgram(['build', '--release', '--manifest-path', manifest]);
  return (...args) => runProgram({ command, args: args.map(String) });
}
