import { fileURLToPath } from 'node:url';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import { runProgram } from '../harness/run-program.ts';
import type { CachedLookupPlan } from './cached-lookup.ts';
import type { EntriesRun } from './entries-program.ts';
import { manyNamesContenders, type ManyNamesContender } from './many-names.ts';
import type { WorkersRun } from './workers-program.ts';

const entriesProgram = fileURLToPath(new URL('./entries-program.js', import.meta.url));
const workersProgram = fileURLToPath(new URL('./workers-program.js', import.meta.url));

/** No budget speaks of the points of a curve. */
const curveRounds = 2;
const most = 1_000_000;
/** Filling large caches takes longer than all else here. */
const roundsOfLarge = 1;
/** Those that keep their entries in V8's heap take a gigabyte for more. */
const mostOfOpponents = 100_000;
const entryCounts = [1000, 10_000, 100_000, most] as const;

function spaced(count: number): string {
  return count.toLocaleString('fr').replaceAll('\u202f', ' ');
}

/** How a hit's time grows with the names in the cache; the mirror holds 4 096 of them. */
function hitTimeByEntries({ node, port, rounds }: CachedLookupPlan, entries: number): ExperimentSpec {
  const one = (contender: ManyNamesContender): CaseSpec => ({
    name: contender,
    run: () => {
      const run: EntriesRun = { contender, entries, port };
      return runProgram({ command: node.path, args: [entriesProgram, JSON.stringify(run)] });
    },
  });
  const contenders =
    entries <= mostOfOpponents ? manyNamesContenders : (['floor', 'doubao-resolver'] as const);
  return {
    id: `hit-entries-${entries}`,
    row: 1,
    title: `cached lookup, \`{family: 4}\`, one of ${spaced(entries)} names`,
    node: node.version,
    metrics: { time: { unit: 'ns', digits: 0 } },
    cases: contenders.map(one),
    budgets: [],
    point: { chart: 'hit-time-by-entries', x: entries },
    rounds: Math.min(rounds, entries >= mostOfOpponents ? roundsOfLarge : curveRounds),
  };
}

const mirrored = 1000;
/** In turn, these come round when a mirror has long dropped them. */
const notMirrored = 10_000;

function hitsByWorkers({ node, port, rounds }: CachedLookupPlan, workers: number): ExperimentSpec {
  const one = (name: string, contender: ManyNamesContender, names: number): CaseSpec => ({
    name,
    run: () => {
      const run: WorkersRun = { contender, workers, names, port };
      return runProgram({ command: node.path, args: [workersProgram, JSON.stringify(run)] });
    },
  });
  return {
    id: `hits-workers-${workers}`,
    row: 3,
    title: `cached lookups, \`{family: 4}\`, in ${workers} worker thread${workers === 1 ? '' : 's'}`,
    node: node.version,
    metrics: { rate: { unit: '/s', digits: 0 } },
    cases: [
      one('doubao-resolver, mirror', 'doubao-resolver', mirrored),
      one('doubao-resolver, shared cache', 'doubao-resolver', notMirrored),
      one('cacheable-lookup, a cache each', 'cacheable-lookup', mirrored),
    ],
    budgets: [],
    point: { chart: 'hits-by-workers', x: workers },
    rounds: Math.min(rounds, curveRounds),
  };
}

/** How hits scale: with entries, and with threads. */
export function hitCurves(plan: CachedLookupPlan): ExperimentSpec[] {
  return [
    ...entryCounts
      // To fill it takes a quarter of a minute: on one Node.
      .filter((entries) => entries < most || plan.node.major >= 26)
      .map((entries) => hitTimeByEntries(plan, entries)),
    ...[1, 2, 3, 4].map((workers) => hitsByWorkers(plan, workers)),
  ];
}
