import { spawn } from 'node:child_process';
import type { Sample } from './experiment.ts';
import { interruption } from './interruption.ts';

/** A case that takes longer hangs: the slowest takes ten seconds, a first build some minutes. */
const patienceMs = 900_000;
const quotedOctets = 400;

/** How to run a program that prints its sample as the last line of its standard output, in JSON. */
export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command to its end and gives what it wrote to standard output. It leads a process group, so that whatever it
 * started ends with it.
 */
export function runCommand({ command, args, env }: ProgramRun): Promise<string> {
  interruption.throwIfAborted();
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(command, args, {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (): void => {
    // Without a pid it was not started, and with a status its pid may be another's.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  const timer = setTimeout(end, patienceMs);
  interruption.addEventListener('abort', end);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise<string>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed`) : error);
    });
    child.once('close', (status, signal) => {
      if (status === 0) resolve(output);
      else reject(new Error(`ended with ${status ?? signal}: ${errors.trim().slice(-quotedOctets)}`));
    });
  }).finally(() => {
    clearTimeout(timer);
    interruption.removeEventListener('abort', end);
  });
}

/** Runs a case and gives its sample. */
export async function runProgram(run: ProgramRun): Promise<Sample> {
  const lastLine = (await runCommand(run)).trim().split('\n').at(-1) ?? '';
  return JSON.parse(lastLine) as Sample;
}
