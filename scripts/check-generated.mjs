// Generated files are what their generator makes of its sources. One that is not is made anew, and fails the check.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

const root = join(import.meta.dirname, '..');

/** What each command writes; all want a build. */
const generated = [
  {
    paths: [
      'benchmarks/RESULTS.md',
      ...(await filesOf('benchmarks/charts')),
      // What stands between the marks in them.
      'README.md',
      'README.zh-CN.md',
    ],
    args: ['benchmarks/dist/main.js', '--render'],
  },
];

/** The files of a folder; none if it is not there. */
async function filesOf(folder) {
  const names = await readdir(join(root, folder)).catch(() => []);
  return names.map((name) => `${folder}/${name}`);
}

function contents(paths) {
  return Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
}

for (const { paths, args } of generated) {
  const before = await contents(paths);
  const status = await runCommand(process.execPath, args);
  if (status !== 0) process.exitCode = status;
  const after = await contents(paths);
  for (const [index, path] of paths.entries()) {
    if (after[index] === before[index]) continue;
    console.error(`${path} was not what its sources make; it is now`);
    process.exitCode = 1;
  }
}
