import type { Budget, CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import { figure } from '../harness/figures.ts';
import type { Player } from './program.ts';

type Unit = 'entries' | 'octets';

const ours = 'dns-cache';
const policies = [ours, 'lru', 'quick_cache', 'moka'] as const;
const judgedOpponents = ['quick_cache', 'moka'] as const;
const sizes = [3000, 10_000, 30_000] as const;
/** What the program takes a name to cost where a size in octets is given as a number of names. */
const octetsPerName = 128;
const points = 2.5;

const traces = {
  'zipf-0.8': 'Zipf 0.8 of 100 000 names',
  'zipf-1.0': 'Zipf 1.0 of 100 000 names',
  'zipf-0.8-scans': 'Zipf 0.8, a quarter of it scans',
  loop: 'a loop 1.2 times as large',
} as const;

function shownSize(size: number, unit: Unit): string {
  return unit === 'entries' ? `${figure(size, 0)} entries` : `${figure((size * octetsPerName) / 1000, 0)} kB`;
}

function budgetsOf(trace: string, unit: Unit): Budget[] {
  // What a loop does to each is shown, not bounded.
  if (trace === 'loop') return [];
  const limit = unit === 'entries' ? -points : 0;
  const what = unit === 'entries' ? `within ${points} points of` : 'not below';
  return judgedOpponents.flatMap((against) =>
    sizes.map((size): Budget => {
      const text = `${what} ${against}`;
      const metric = `hits${size}`;
      const at = shownSize(size, unit);
      return { text, at, metric, subject: ours, against, relation: 'excess', bound: 'at least', limit };
    }),
  );
}

function experiment(play: Player, trace: string, title: string, unit: Unit): ExperimentSpec {
  const metrics = sizes.flatMap((size) => [
    [`hits${size}`, { unit: `% hits, ${shownSize(size, unit)}`, digits: 1 }],
    [`octets${size}`, { unit: 'B allocated', digits: 0 }],
  ]);
  return {
    id: `eviction-${trace}-${unit}`,
    row: 7,
    title: `hit ratio of full caches at equal ${unit}: ${title}`,
    metrics: Object.fromEntries(metrics),
    cases: policies.map((policy): CaseSpec => ({
      name: policy,
      run: () => play('eviction', trace, policy, unit, ...sizes.map(String)),
    })),
    budgets: budgetsOf(trace, unit),
    rounds: 1,
    exact: true,
  };
}

/** Our eviction beside others', at equal entries and at equal memory. */
export function eviction(play: Player): ExperimentSpec[] {
  return (['entries', 'octets'] as const).flatMap((unit) =>
    Object.entries(traces).map(([trace, title]) => experiment(play, trace, title, unit)),
  );
}
