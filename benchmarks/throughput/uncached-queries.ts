import { fileURLToPath } from 'node:url';
import type { Budget, CaseSpec, ChartPoint, ExperimentSpec } from '../harness/experiment.ts';
import { figure } from '../harness/figures.ts';
import { wildcardAddress } from '../harness/name-server.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';
import type { LoadRun } from './load-program.ts';

/** Against which server, how often. */
export interface UncachedPlan {
  readonly node: NodeBinary;
  readonly port: number;
  readonly rounds: number;
}

/** Metrics of a load, for the tables. */
export const loadMetrics = {
  rate: { unit: '/s', digits: 0 },
  rateOf99: { unit: '/s to 99 %', digits: 0 },
  cpu: { unit: 'µs CPU', digits: 1 },
  p50: { unit: 'ms p50', digits: 2 },
  p99: { unit: 'ms p99', digits: 1 },
  failures: { unit: 'failed', digits: 0 },
} as const;

/** The program that makes the load. */
export const loadProgram: string = fileURLToPath(new URL('./load-program.js', import.meta.url));

const ours = 'doubao-resolver resolve4';
const oursAgain = `${ours}, again`;
const cares = 'c-ares resolve4';

/** How many queries, after how many that nobody times. */
interface Amount {
  readonly warmUp: number;
  readonly count: number;
}

interface Load {
  readonly ours: Amount;
  readonly cares: Amount;
}

// As many as take half a second. At 1000 in flight c-ares gets more: at the end it waits two seconds for what it lost, which fewer
// would have to bear alone, and which a warm-up would have to wait for as well.
const loads: Readonly<Record<number, Load>> = {
  1: { ours: { warmUp: 1000, count: 2000 }, cares: { warmUp: 1000, count: 2000 } },
  10: { ours: { warmUp: 10_000, count: 20_000 }, cares: { warmUp: 10_000, count: 20_000 } },
  100: { ours: { warmUp: 10_000, count: 40_000 }, cares: { warmUp: 10_000, count: 20_000 } },
  1000: { ours: { warmUp: 10_000, count: 30_000 }, cares: { warmUp: 100, count: 50_000 } },
  10_000: { ours: { warmUp: 10_000, count: 50_000 }, cares: { warmUp: 100, count: 10_000 } },
};

/** What is put in flight. */
export const concurrencies: readonly number[] = Object.keys(loads).map(Number);

/** Where a load of so many in flight stands in the chart. */
export function curvePoint(concurrency: number): ChartPoint {
  return { chart: 'throughput-by-concurrency', x: concurrency };
}

function faster(times: number, text: string): Budget {
  return {
    text,
    metric: 'rate',
    subject: ours,
    against: cares,
    relation: 'ratio',
    bound: 'at least',
    limit: times,
  };
}

const halfTheCpu: Budget = {
  text: "≤ half of c-ares' CPU per query",
  metric: 'cpu',
  subject: ours,
  against: cares,
  relation: 'ratio',
  bound: 'at most',
  limit: 0.5,
};

function budgets(concurrency: number, major: number): Budget[] {
  // These are points of the curve only.
  if (concurrency === 10 || concurrency === 10_000) return [];
  if (concurrency === 1) return [faster(1, 'not slower than c-ares')];
  if (concurrency === 100) return [faster(2.5, '≥ 2.5 × c-ares'), halfTheCpu];
  const times = major < 26 ? 5 : 8;
  return [faster(times, `≥ ${times} × c-ares`), halfTheCpu];
}

/** Row 4: A records of names that nobody has asked for, NSD on loopback. */
export function uncachedQueries({ node, port, rounds }: UncachedPlan): ExperimentSpec[] {
  return Object.entries(loads).map(([key, load]) => {
    const concurrency = Number(key);
    const one = (name: string, contender: LoadRun['contender'], amount: Amount): CaseSpec => {
      const server = `127.0.0.1:${port}`;
      const run: LoadRun = { contender, server, address: wildcardAddress, concurrency, ...amount };
      return {
        name,
        run: () => runProgram({ command: node.path, args: [loadProgram, JSON.stringify(run)] }),
      };
    };
    const contenders = [one(ours, ours, load.ours), one(cares, cares, load.cares)];
    const experiment = {
      id: `uncached-${concurrency}`,
      row: 4,
      title: `uncached A, NSD on loopback, ${figure(concurrency, 0)} in flight`,
      node: node.version,
      metrics: loadMetrics,
      cases: contenders,
      budgets: budgets(concurrency, node.major),
      point: curvePoint(concurrency),
      // There c-ares waits five seconds for what it lost.
      rounds: concurrency === 10_000 ? 1 : rounds,
    };
    if (experiment.budgets.length === 0) return experiment;
    return {
      ...experiment,
      cases: [...contenders, one(oursAgain, ours, load.ours)],
      control: { metric: 'rate', first: ours, second: oursAgain },
    };
  });
}
