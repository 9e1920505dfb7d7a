import { fileURLToPath } from 'node:url';
import type { Budget, CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import { wildcardAddress } from '../harness/name-server.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';
import { dnsperf } from './dnsperf.ts';
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
const cares = 'c-ares resolve4';
const caresAgain = `${cares}, again`;

/** For points of the curve that no budget speaks of. */
const curveRounds = 3;

const loads = [
  { concurrency: 1, warmUp: 5000, count: 10_000 },
  { concurrency: 10, warmUp: 10_000, count: 20_000 },
  { concurrency: 100, warmUp: 20_000, count: 50_000 },
  { concurrency: 1000, warmUp: 20_000, count: 50_000 },
  { concurrency: 10_000, warmUp: 20_000, count: 50_000 },
] as const;

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
  return loads.map(({ concurrency, warmUp, count }) => {
    const one = (name: string, contender: LoadRun['contender']): CaseSpec => {
      const server = `127.0.0.1:${port}`;
      const run: LoadRun = { contender, server, address: wildcardAddress, concurrency, warmUp, count };
      return {
        name,
        run: () => runProgram({ command: node.path, args: [loadProgram, JSON.stringify(run)] }),
      };
    };
    const reference: CaseSpec = { name: 'dnsperf, for reference', run: () => dnsperf(port, concurrency) };
    const contenders = [one(ours, ours), one(cares, cares), one(caresAgain, cares)];
    return {
      id: `uncached-${concurrency}`,
      row: 4,
      title: `uncached A, NSD on loopback, ${concurrency} in flight`,
      node: node.version,
      metrics: loadMetrics,
      // With a single query in flight dnsperf measures its own polling.
      cases: concurrency === 1 ? contenders : [...contenders, reference],
      control: { metric: 'rate', first: cares, second: caresAgain },
      budgets: budgets(concurrency, node.major),
      point: { chart: 'throughput-by-concurrency', x: concurrency },
      rounds: budgets(concurrency, node.major).length === 0 ? Math.min(rounds, curveRounds) : rounds,
    };
  });
}
