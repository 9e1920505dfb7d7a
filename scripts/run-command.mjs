// Runs one command with its output passed through as it comes.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, onLine?: (line: string) => void, allToStderr?: boolean }} [options]
 *   `env` is added to this process's; `onLine` sees each line of standard output, without its line feed;
 *   `allToStderr` keeps standard output free for what comes after.
 * @returns {Promise<number>} the exit status; 128 + the signal's number when a signal ended it, 127 when it
 *   could not be started
 */
export function runCommand(command, args, { env = {}, onLine, allToStderr = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: [
        'inherit',
        onLine === undefined ? (allToStderr ? process.stderr : 'inherit') : 'pipe',
        'inherit',
      ],
      env: { ...process.env, ...env },
    });
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    if (onLine !== undefined && child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        console.log(line);
        onLine(line);
      });
    }
    // 'close' comes after the last line of output, 'exit' may come before it.
    child.once('close', (status, signal) => resolve(status ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
