import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from './experiment.ts';
import { runCommand } from './run-program.ts';

const seconds = { warmUp: '0.3', measurement: '0.7' };

/** A bench target of a crate. */
export interface Bench {
  /** Path of the Cargo.toml. */
  readonly manifest: string;
  readonly crate: string;
  readonly target: string;
}

function cargoArgs({ manifest, crate, target }: Bench): string[] {
  return ['bench', '--quiet', '--manifest-path', manifest, '-p', crate, '--bench', target];
}

/** Builds it, so that no measured run does. */
export async function buildBench(bench: Bench): Promise<void> {
  await runCommand({ command: 'cargo', args: [...cargoArgs(bench), '--no-run'] });
}

async function readMedian(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const path = files.find((file) => file.endsWith(join('new', 'estimates.json')));
  if (path === undefined) throw new Error('criterion measured nothing: no benchmark has this name');
  const estimates = JSON.parse(await readFile(join(folder, path), 'utf8')) as {
    readonly median: { readonly point_estimate: number };
  };
  return estimates.median.point_estimate;
}

/** Runs the one benchmark of this name and gives criterion's median, in nanoseconds. */
export async function runBench(bench: Bench, name: string): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'criterion-'));
  try {
    const { warmUp, measurement } = seconds;
    const times = ['--warm-up-time', warmUp, '--measurement-time', measurement];
    await runCommand({
      command: 'cargo',
      args: [...cargoArgs(bench), '--', '--exact', name, '--noplot', ...times],
      env: { CRITERION_HOME: folder },
    });
    return { time: await readMedian(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
