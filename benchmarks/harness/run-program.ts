import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Sample } from './experiment.ts';
import { interruption } from './interruption.ts';

/** A case that takes longer hangs: the slowest takes some minutes, as does a first build. */
const patienceMs = 900_000;
const quotedOctets = 400;

/** How to run a program that prints its sample as the last line of its standard output, in JSON. */
export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that runs, and is told when to go on. */
export interface RunningProgram {
  /** Sends a line to its standard input, which is there if `onLine` is. */
  tell(line: string): void;
  /** What it wrote to standard output; rejects with what it complained of if it ends otherwise than well. */
  readonly output: Promise<string>;
}

/**
 * Starts a command. It leads a process group, so that whatever it started ends with it.
 *
 * @param onLine called for each line that it writes to standard output
 */
export function startCommand(
  { command, args, env }: ProgramRun,
  onLine?: (line: string) => void,
): RunningProgram {
  interruption.throwIfAborted();
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(command, args, {
    env: { ...inherited, ...env },
    stdio: 'pipe',
    detached: true,
  });
  // A program that has just ended is reported by its status.
  child.stdin.on('error', () => undefined);
  if (onLine === undefined) child.stdin.end();
  else createInterface({ input: child.stdout }).on('line', onLine);
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
  const ended = new Promise<string>((resolve, reject) => {
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
  return { tell: (line) => void child.stdin.write(`${line}\n`), output: ended };
}

/** Runs a command to its end and gives what it wrote to standard output. */
export function runCommand(run: ProgramRun): Promise<string> {
  return startCommand(run).output;
}

/** Runs a case and gives its sample. */
export async function runProgram(run: ProgramRun): Promise<Sample> {
  const lastLine = (await runCommand(run)).trim().split('\n').at(-1) ?? '';
  return JSON.parse(lastLine) as Sample;
}
