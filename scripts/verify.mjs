// `pnpm verify`: everything that must hold before a change lands, and what `.ci/run` runs. Every step runs even
// when an earlier one failed, so that one run shows all there is to mend. The last line is the tests' total.

import { build } from './build.mjs';
import { runCommand } from './run-command.mjs';
import { runTests } from './run-tests.mjs';
import { render } from './test-totals.mjs';

/** Outside the workspace: they need what only fuzzing or benchmarking has. */
const crates = [
  'crates/dns-wire/fuzz',
  'benchmarks/micro/call-floor',
  'benchmarks/throughput/hickory',
  'benchmarks/wire/c-ares',
];

const steps = [
  ['Rust formatting', 'cargo', ['fmt', '--all', '--check']],
  ...crates.map((path) => [
    `Rust formatting of ${path}`,
    'cargo',
    ['fmt', '--check', '--manifest-path', `${path}/Cargo.toml`],
  ]),
  ['TypeScript formatting', 'oxfmt', ['--check']],
  ['TypeScript lints', 'oxlint', ['--deny-warnings']],
  ['documents', process.execPath, ['scripts/check-documents.mjs']],
  ['Rust lints', 'cargo', ['clippy', '--workspace', '--all-targets', '--', '-D', 'warnings']],
];

const failed = [];

async function step(title, run) {
  console.log(`\n── ${title}`);
  if ((await run()) !== 0) failed.push(title);
}

for (const [title, command, args] of steps) await step(title, () => runCommand(command, args));
await step('Rust documentation', () =>
  runCommand('cargo', ['doc', '--workspace', '--no-deps', '--document-private-items', '--quiet'], {
    env: { RUSTDOCFLAGS: '-D warnings' },
  }),
);
await step('build', build);
await step('generated files', () => runCommand(process.execPath, ['scripts/check-generated.mjs']));
await step('instruction counts', () => runCommand(process.execPath, ['scripts/instruction-counts.mjs']));
await step('types', () => runCommand('tsc', ['-b']));

console.log('\n── tests');
const total = await runTests();
if (total.failed > 0) failed.push('tests');

if (failed.length > 0) console.log(`\nFAILED: ${failed.join(', ')}`);
console.log(render(total));
process.exitCode = failed.length > 0 ? 1 : 0;
