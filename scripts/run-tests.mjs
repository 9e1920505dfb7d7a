// Every Rust and TypeScript test of the workspace, counted together.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { cargoTotals, render, sum, vitestTotals } from './test-totals.mjs';

/** A runner that failed without naming a failed test (it did not compile, or it crashed) counts as one. */
function withExitStatus(totals, status) {
  return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

async function cargoTest(args, env) {
  const parts = [];
  const status = await runCommand('cargo', ['test', ...args], {
    env,
    onLine: (line) => {
      const totals = cargoTotals(line);
      if (totals !== undefined) parts.push(totals);
    },
  });
  return withExitStatus(sum(parts), status);
}

async function rustTests() {
  const all = await cargoTest(['--workspace', '--no-fail-fast'], {});
  // Loom tries every order of the cache's atomic operations; it wants primitives of its own, and speed.
  const models = await cargoTest(['--release', '--package', 'dns-cache', '--test', 'loom'], {
    RUSTFLAGS: '--cfg loom',
    CARGO_TARGET_DIR: join(process.env.CARGO_TARGET_DIR ?? 'target', 'loom'),
    CARGO_PROFILE_RELEASE_LTO: 'off',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  });
  return sum([all, models]);
}

async function typescriptTests() {
  const folder = await mkdtemp(join(tmpdir(), 'doubao-resolver-test-'));
  try {
    const reportPath = join(folder, 'vitest.json');
    const status = await runCommand('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
    ]);
    const report = await readFile(reportPath, 'utf8').then(JSON.parse, () => undefined);
    const totals = report === undefined ? { passed: 0, failed: 0, skipped: 0 } : vitestTotals(report);
    return withExitStatus(totals, status);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs both, prints a line for each. @returns {Promise<import('./test-totals.mjs').Totals>} */
export async function runTests() {
  const rust = await rustTests();
  const typescript = await typescriptTests();
  console.log(`\nRust:       ${render(rust)}`);
  console.log(`TypeScript: ${render(typescript)}`);
  return sum([rust, typescript]);
}
