// Compares what the hot paths cost in instructions (callgrind) and allocations with the committed counts: a
// regression guard that needs neither a clock nor a quiet machine. `--update` writes them anew.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inlining } from '../packages/native/rustc-arguments.mjs';

const root = join(import.meta.dirname, '..');
const countsPath = join(root, 'benchmarks/instructions/counts.json');
/** Another linker or a patch release of the compiler moves some instructions. */
const toleratedShare = 0.05;
/** The difference between the two runs is what so many times cost. */
const times = { few: 1_000, many: 3_000 };

/** @returns {string | undefined} why nothing can be counted here */
function obstacle() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the counts are those of linux-x64';
  try {
    execFileSync('valgrind', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'valgrind is not installed';
  }
}

function build() {
  const messages = execFileSync(
    'cargo',
    [
      'rustc',
      '--release',
      '--quiet',
      '--package',
      'instruction-counts',
      '--message-format',
      'json',
      '--',
      ...inlining,
    ],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = messages
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return lines.find((line) => line.target?.name === 'instruction-counts' && line.executable).executable;
}

/** Instructions and allocations of one run. */
function run(program, name, count, folder) {
  const out = join(folder, 'callgrind');
  const allocations = execFileSync(
    'valgrind',
    ['--tool=callgrind', `--callgrind-out-file=${out}`, '--quiet', program, name, `${count}`],
    { encoding: 'utf8' },
  );
  const instructions = /^(?:summary|totals): (\d+)/m.exec(readFileSync(out, 'utf8'))?.[1];
  return { instructions: Number(instructions), allocations: Number(allocations) };
}

/** What one operation costs. */
function measure(program, name, folder) {
  const [few, many] = [times.few, times.many].map((count) => run(program, name, count, folder));
  const one = (key) => (many[key] - few[key]) / (times.many - times.few);
  return {
    instructions: Math.round(one('instructions')),
    allocations: Number(one('allocations').toFixed(2)),
  };
}

/**
 * What to say of each case, and whether it is what was committed.
 * @param {Record<string, { instructions: number, allocations: number }>} known
 * @param {Record<string, { instructions: number, allocations: number }>} counts
 * @returns {{ name: string, holds: boolean, text: string }[]}
 */
export function compareCounts(known, counts) {
  const names = [...new Set([...Object.keys(known), ...Object.keys(counts)])];
  return names.map((name) => {
    const [before, now] = [known[name], counts[name]];
    if (now === undefined) return { name, holds: false, text: 'is counted no more' };
    const text = `${now.instructions} instructions, ${now.allocations} allocations`;
    if (before === undefined) return { name, holds: false, text: `${text}; new` };
    const change = now.instructions / before.instructions - 1;
    // Lists that grow with the number of times are a part of an allocation each.
    const allocatesAlike = Math.abs(now.allocations - before.allocations) < 0.5;
    const holds = Math.abs(change) <= toleratedShare && allocatesAlike;
    const percent = `${change < 0 ? '' : '+'}${(change * 100).toFixed(1)} %`;
    return { name, holds, text: `${text}; was ${before.instructions} (${percent}), ${before.allocations}` };
  });
}

function main() {
  const reason = obstacle();
  if (reason !== undefined) {
    console.log(`not counted: ${reason}`);
    return;
  }
  const update = process.argv.includes('--update');
  const known = JSON.parse(readFileSync(countsPath, 'utf8'));
  const program = build();
  const names = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
  const folder = mkdtempSync(join(tmpdir(), 'instruction-counts-'));
  try {
    const counts = Object.fromEntries(names.map((name) => [name, measure(program, name, folder)]));
    const compared = compareCounts(known, counts);
    for (const { name, holds, text } of compared) console.log(`${holds ? '' : 'MOVED '}${name}: ${text}`);
    if (update) {
      writeFileSync(countsPath, `${JSON.stringify(counts, undefined, 2)}\n`);
    } else if (compared.some(({ holds }) => !holds)) {
      console.error('If that is meant: `pnpm counts --update`, and say why in the commit.');
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
