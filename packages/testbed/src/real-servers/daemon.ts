import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from './installed.ts';

/** A name server process in the foreground. */
export interface Daemon {
  readonly pid: number;
  /** Everything it has printed. */
  readonly output: string;
  /** Resolves when the output contains `text`; rejects with the whole output if the process ends before. */
  printed(text: string): Promise<void>;
  /** Ends it by its process ID and waits for that. */
  stop(): Promise<void>;
}

// A name server that does not end by itself in this time is killed.
const gracePeriodMs = 5000;

/** Makes the kernel end the daemon with its parent, which may be a test runner that is killed. */
function endingWithParent(command: string, args: readonly string[]): [string, string[]] {
  const setpriv = findProgram('setpriv');
  return setpriv === undefined ? [command, [...args]] : [setpriv, ['--pdeathsig', 'TERM', command, ...args]];
}

/** Starts `command`; rejects if it cannot be started. */
export async function startDaemon(command: string, args: readonly string[], folder: string): Promise<Daemon> {
  const child: ChildProcess = spawn(...endingWithParent(command, args), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let onOutput = (): void => undefined;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput();
    });
  }
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return {
    pid,
    get output() {
      return output;
    },
    async printed(text) {
      await new Promise<void>((resolve, reject) => {
        onOutput = () => {
          if (output.includes(text)) resolve();
        };
        onOutput();
        void ended.then(() => reject(new Error(`${command} ended before "${text}":\n${output}`)));
      });
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), gracePeriodMs);
      await ended;
      clearTimeout(killer);
    },
  };
}
