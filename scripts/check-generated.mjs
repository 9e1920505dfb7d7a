// Generated files are what their generator makes of its sources. One that is not is made anew, and fails the check.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

const root = join(import.meta.dirname, '..');

/** Each file with the command that writes it; all want a build. */
const generated = [{ path: 'benchmarks/RESULTS.md', args: ['benchmarks/dist/main.js', '--render'] }];

for (const { path, args } of generated) {
  const before = await readFile(join(root, path), 'utf8');
  const status = await runCommand(process.execPath, args);
  if (status !== 0) process.exitCode = status;
  if ((await readFile(join(root, path), 'utf8')) !== before) {
    console.error(`${path} was not what its sources make; it is now`);
    process.exitCode = 1;
  }
}
