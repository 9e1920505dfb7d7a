// `pnpm test`: builds, then runs every Rust and TypeScript test. The last line is the total of both.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { cargoTotals, render, sum, vitestTotals } from './test-totals.mjs';

/** A runner that failed without naming a failed test (it did not compile, or it crashed) counts as one. */
function withExitStatus(totals, status) {
  return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

async function rustTests() {
  const parts = [];
  const status = await runCommand('cargo', ['test', '--workspace', '--no-fail-fast'], {
    onLine: (line) => {
      const totals = cargoTotals(line);
      if (totals !== undefined) parts.push(totals);
    },
  });
  return withExitStatus(sum(parts), status);
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

const built = await runCommand('turbo', ['run', 'build', '--output-logs=errors-only']);
const rust = await rustTests();
// Without a build every TypeScript test would fail for the one reason that is already known.
const typescript = built === 0 ? await typescriptTests() : { passed: 0, failed: 1, skipped: 0 };
const total = sum([rust, typescript]);
console.log(`\nRust:       ${render(rust)}`);
console.log(`TypeScript: ${render(typescript)}${built === 0 ? '' : ' (the build failed)'}`);
console.log(render(total));
process.exitCode = total.failed > 0 ? 1 : 0;
