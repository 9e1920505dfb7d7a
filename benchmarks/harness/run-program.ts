import { spawn } from 'node:child_process';
import type { Sample } from './experiment.ts';

/** A case that takes longer hangs: the slowest takes ten seconds, a first build some minutes. */
const patienceMs = 900_000;
const quotedOctets = 400;

/** How to run a program that prints its sample as the last line of its standard output, in JSON. */
export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and gives what it wrote to standard output. */
export function runCommand({ command, args, env }: ProgramRun): Promise<string> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(command, args, {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (status === 0) resolve(output);
      else reject(new Error(`ended with ${status ?? signal}: ${errors.trim().slice(-quotedOctets)}`));
    });
  });
}

/** Runs a case and gives its sample. */
export async function runProgram(run: ProgramRun): Promise<Sample> {
  const lastLine = (await runCommand(run)).trim().split('\n').at(-1) ?? '';
  return JSON.parse(lastLine) as Sample;
}
