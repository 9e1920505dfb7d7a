import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtProgram } from './cargo-program.ts';
import type { Sample } from './experiment.ts';
import { runCommand } from './run-program.ts';

const warmUpSeconds = '0.1';
const measuredSeconds = '0.2';
/** For criterion's own range, which nobody reads: ours is that of the rounds. */
const resamples = '1000';

/** A bench target of a crate. */
export interface Bench {
  /** Path of the Cargo.toml. */
  readonly manifest: string;
  readonly crate: string;
  readonly target: string;
}

/** Runs the one benchmark of this name and gives criterion's median, in nanoseconds. */
export type BenchRunner = (name: string) => Promise<Sample>;

async function readMedian(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const path = files.find((file) => file.endsWith(join('new', 'estimates.json')));
  if (path === undefined) throw new Error('criterion measured nothing: no benchmark has this name');
  const estimates = JSON.parse(await readFile(join(folder, path), 'utf8')) as {
    readonly median: { readonly point_estimate: number };
  };
  return estimates.median.point_estimate;
}

/** Builds it, so that no measured run does. */
export async function buildBench({ manifest, crate, target }: Bench): Promise<BenchRunner> {
  const command = await builtProgram([
    'bench',
    '--no-run',
    '--manifest-path',
    manifest,
    '-p',
    crate,
    '--bench',
    target,
  ]);
  return async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'criterion-'));
    try {
      const times = ['--warm-up-time', warmUpSeconds, '--measurement-time', measuredSeconds];
      await runCommand({
        command,
        args: ['--bench', '--exact', name, '--noplot', '--nresamples', resamples, ...times],
        env: { CRITERION_HOME: folder },
      });
      return { time: await readMedian(folder) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
