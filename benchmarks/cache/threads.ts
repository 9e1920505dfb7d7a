import type { CaseSpec, ExperimentSpec, Sample } from '../harness/experiment.ts';
import type { Player } from './program.ts';

const ours = 'dns-cache';
const again = `${ours}, again`;
const opponent = 'quick_cache';
const judged = [ours, opponent, again] as const;
const shown = 'moka';
const scaling = 1.7;

function nameOf(cache: string, count: number): string {
  return `${cache}, ${count} ${count === 1 ? 'thread' : 'threads'}`;
}

/**
 * Shares one run of a program between the cases that it measures in turns: each takes its own figures, and who comes
 * again starts the next run.
 */
function sharedRun(
  play: Player,
  caches: readonly string[],
): (cache: string, count: number) => Promise<Sample> {
  let run: Promise<Sample> | undefined;
  const taken = new Set<string>();
  return async (cache, count) => {
    const name = nameOf(cache, count);
    if (run === undefined || taken.has(name)) {
      taken.clear();
      run = play(...caches);
    }
    taken.add(name);
    const figures = await run;
    const { [`${cache}/${count}`]: time = Number.NaN, [`${cache}/scaling`]: times = Number.NaN } = figures;
    return count === 1 ? { time } : { time, scaling: times };
  };
}

/** 95 % reads from one native thread and from two. */
export function threads(play: Player, rounds: number): ExperimentSpec {
  const both = (caches: readonly string[]): CaseSpec[] => {
    const figuresOf = sharedRun(play, caches);
    return caches.flatMap((cache) =>
      [1, 2].map((count) => ({ name: nameOf(cache, count), run: () => figuresOf(cache, count) })),
    );
  };
  return {
    id: 'cache-threads',
    row: 7,
    title: '95 % reads and 5 % inserts by Zipf’s law: processor time of one operation',
    metrics: {
      time: { unit: 'ns', digits: 0 },
      scaling: { unit: '× the operations of one thread', digits: 2 },
    },
    cases: [...both(judged), ...both([shown])],
    control: { metric: 'time', first: nameOf(ours, 1), second: nameOf(again, 1) },
    budgets: [
      {
        text: `two threads ≥ ${scaling} × one`,
        metric: 'scaling',
        subject: nameOf(ours, 2),
        relation: 'value',
        bound: 'at least',
        limit: scaling,
      },
      ...[1, 2].map((count) => ({
        text: `not slower than ${opponent}`,
        at: count === 1 ? '1 thread' : `${count} threads`,
        metric: 'time',
        subject: nameOf(ours, count),
        against: nameOf(opponent, count),
        relation: 'ratio' as const,
        bound: 'at most' as const,
        limit: 1,
      })),
    ],
    rounds,
  };
}
