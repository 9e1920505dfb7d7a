import { fileURLToPath } from 'node:url';
import type { Sample } from '../harness/experiment.ts';
import { runCommand, runProgram } from '../harness/run-program.ts';

// From dist/cache/.
export const workspaceManifest: string = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
const crate = 'cache-benchmark';

/** Plays what the arguments say; see `src/main.rs`. */
export type Player = (...args: readonly string[]) => Promise<Sample>;

/** Builds the program that plays traces. */
export async function buildPlayer(): Promise<Player> {
  const options = ['--quiet', '--release', '--manifest-path', workspaceManifest, '-p', crate];
  const messages = await runCommand({
    command: 'cargo',
    args: ['build', ...options, '--message-format', 'json'],
  });
  const executables = messages
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly executable?: string | null })
    .flatMap(({ executable }) => executable ?? []);
  const command = executables.at(-1);
  if (command === undefined) throw new Error(`cargo built no program of ${crate}`);
  return (...args) => runProgram({ command, args });
}
