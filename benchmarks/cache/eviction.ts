import type { Budget, CaseSpec, ExperimentSpec, Sample } from '../harness/experiment.ts';
import { figure } from '../harness/figures.ts';
import type { Player } from './program.ts';

type Unit = 'entries' | 'octets';

const ours = 'dns-cache';
const policies = [ours, 'lru', 'quick_cache', 'moka'] as const;
const judgedOpponents = ['quick_cache', 'moka'] as const;
/** Entries, for the curves. */
const capacities = [1000, 3000, 10_000, 20_000, 30_000, 60_000] as const;
/** Sizes in octets, as numbers of names. */
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
type Trace = keyof typeof traces;

function shownSize(size: number, unit: Unit): string {
  return unit === 'entries' ? `${figure(size, 0)} entries` : `${figure((size * octetsPerName) / 1000, 0)} kB`;
}

interface Judged {
  readonly size: number;
  readonly unit: Unit;
  readonly metric: string;
}

function budgetsOf(trace: Trace, { size, unit, metric }: Judged): Budget[] {
  // What a loop does to each is shown, not bounded.
  if (trace === 'loop') return [];
  const limit = unit === 'entries' ? -points : 0;
  const what = unit === 'entries' ? `within ${points} points of` : 'not below';
  const at = shownSize(size, unit);
  return judgedOpponents.map((against): Budget => {
    const text = `${what} ${against}`;
    return { text, at, metric, subject: ours, against, relation: 'excess', bound: 'at least', limit };
  });
}

/** A point of the curves. */
function atEqualEntries(play: Player, trace: Trace, capacity: number): ExperimentSpec {
  const one = async (policy: string): Promise<Sample> => {
    const sample = await play('eviction', trace, policy, 'entries', `${capacity}`);
    const { [`hits${capacity}`]: hits = Number.NaN, [`octets${capacity}`]: octets = Number.NaN } = sample;
    return { hits, octets };
  };
  return {
    id: `eviction-${trace}-entries-${capacity}`,
    row: 7,
    title: `hit ratio of full caches at equal entries: ${traces[trace]}`,
    metrics: {
      hits: { unit: `% hits, ${shownSize(capacity, 'entries')}`, digits: 1 },
      octets: { unit: 'B allocated', digits: 0 },
    },
    cases: policies.map((policy): CaseSpec => ({ name: policy, run: () => one(policy) })),
    budgets: budgetsOf(trace, { size: capacity, unit: 'entries', metric: 'hits' }),
    rounds: 1,
    point: { chart: 'hit-ratio-by-capacity', panel: traces[trace], x: capacity },
    exact: true,
  };
}

function atEqualOctets(play: Player, trace: Trace): ExperimentSpec {
  const metrics = sizes.flatMap((size) => [
    [`hits${size}`, { unit: `% hits, ${shownSize(size, 'octets')}`, digits: 1 }],
    [`octets${size}`, { unit: 'B allocated', digits: 0 }],
  ]);
  return {
    id: `eviction-${trace}-octets`,
    row: 7,
    title: `hit ratio of full caches at equal octets: ${traces[trace]}`,
    metrics: Object.fromEntries(metrics),
    cases: policies.map((policy): CaseSpec => ({
      name: policy,
      run: () => play('eviction', trace, policy, 'octets', ...sizes.map(String)),
    })),
    budgets: sizes.flatMap((size) => budgetsOf(trace, { size, unit: 'octets', metric: `hits${size}` })),
    rounds: 1,
    exact: true,
  };
}

/** Our eviction beside others', at equal entries and at equal memory. */
export function eviction(play: Player): ExperimentSpec[] {
  const names = Object.keys(traces) as Trace[];
  return [
    ...names.flatMap((trace) => capacities.map((capacity) => atEqualEntries(play, trace, capacity))),
    ...names.map((trace) => atEqualOctets(play, trace)),
  ];
}
