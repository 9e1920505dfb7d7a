import type { Bench, BenchRunner } from '../harness/criterion.ts';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import { workspaceManifest } from './program.ts';

export const threadsBench: Bench = { manifest: workspaceManifest, crate: 'dns-cache', target: 'cache' };

const ours = 'dns-cache';
const again = `${ours}, 1 thread, again`;
const scaling = 1.7;

function nameOf(cache: string, count: number): string {
  return `${cache}, ${count} ${count === 1 ? 'thread' : 'threads'}`;
}

/** 95 % reads from one native thread and from two. */
export function threads(runBench: BenchRunner, rounds: number): ExperimentSpec {
  const one = (name: string, cache: string, count: number): CaseSpec => ({
    name,
    run: () => runBench(`reads_95_zipf/${cache}/${count}`),
  });
  const both = [ours, 'quick_cache', 'moka'].flatMap((cache) =>
    [1, 2].map((count) => one(nameOf(cache, count), cache, count)),
  );
  return {
    id: 'cache-threads',
    row: 7,
    title: '95 % reads and 5 % inserts by Zipf’s law: time in which each thread makes one operation',
    metrics: { time: { unit: 'ns', digits: 0 } },
    cases: [...both, one(again, ours, 1)],
    control: { metric: 'time', first: nameOf(ours, 1), second: again },
    budgets: [
      {
        text: `two threads ≥ ${scaling} × one`,
        metric: 'time',
        subject: nameOf(ours, 2),
        against: nameOf(ours, 1),
        relation: 'ratio',
        bound: 'at most',
        limit: 2 / scaling,
      },
      ...[1, 2].map((count) => ({
        text: `not slower than quick_cache, ${count} ${count === 1 ? 'thread' : 'threads'}`,
        metric: 'time',
        subject: nameOf(ours, count),
        against: nameOf('quick_cache', count),
        relation: 'ratio' as const,
        bound: 'at most' as const,
        limit: 1,
      })),
    ],
    rounds,
  };
}
