// `pnpm fuzz`: one minute of each fuzz target of dns-wire, from its seeds. Needs nightly Rust; cargo-fuzz is built
// into `target/tools` the first time.

import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

const secondsEach = 60;
const root = join(import.meta.dirname, '..');
const fuzzFolder = join(root, 'crates/dns-wire/fuzz');
const tools = join(root, 'target/tools');
const env = { PATH: `${join(tools, 'bin')}${delimiter}${process.env.PATH ?? ''}` };

function outputOf(command, args) {
  const { status, stdout } = spawnSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

if (outputOf('cargo', ['+nightly', '--version']) === undefined) {
  console.error('Fuzzing needs nightly Rust: rustup toolchain install nightly');
  process.exit(1);
}
if (outputOf('cargo', ['+nightly', 'fuzz', '--version']) === undefined) {
  console.log('Building cargo-fuzz, once …');
  const status = await runCommand('cargo', ['install', 'cargo-fuzz', '--locked', '--quiet', '--root', tools]);
  if (status !== 0) process.exit(status);
}

const targets =
  outputOf('cargo', ['+nightly', 'fuzz', 'list', '--fuzz-dir', fuzzFolder])?.trim().split('\n') ?? [];
if (targets.length === 0) {
  console.error(`no fuzz target in ${fuzzFolder}`);
  process.exit(1);
}
for (const target of targets) {
  console.log(`\n── ${target}, ${secondsEach} s`);
  // What is found goes to the first folder; the seeds are only read.
  const found = join(root, 'target/fuzz', target);
  await mkdir(found, { recursive: true });
  const folders = [found, join(fuzzFolder, 'corpus', target)];
  const status = await runCommand(
    'cargo',
    [
      '+nightly',
      'fuzz',
      'run',
      '--fuzz-dir',
      fuzzFolder,
      target,
      ...folders,
      '--',
      `-max_total_time=${secondsEach}`,
    ],
    { env },
  );
  if (status !== 0) process.exitCode = status;
}
