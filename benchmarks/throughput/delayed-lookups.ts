import type { Budget, CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import { wildcardAddress } from '../harness/name-server.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';
import type { LoadRun } from './load-program.ts';
import { withResolvConf } from '../harness/resolv-conf-namespace.ts';
import { loadMetrics, loadProgram } from './uncached-queries.ts';

/** Against which server, how often. */
export interface DelayedPlan {
  readonly node: NodeBinary;
  /** Endpoint of the delay responder. */
  readonly server: string;
  /** A resolv.conf that names the responder; undefined where it cannot be put in place. */
  readonly resolvConf: string | undefined;
  readonly rounds: number;
}

/** How late the upstream answers. */
export const upstreamDelayMs = 20;

const ours = 'doubao-resolver lookup';
const oursAgain = `${ours}, again`;
const getaddrinfo = 'dns.lookup';
const cares = 'c-ares resolve4';

// As many as each settles in a second or two. dns.lookup settles 96 a second, however many more wait.
const counts: Record<LoadRun['contender'], Record<number, { warmUp: number; count: number }>> = {
  [ours]: { 100: { warmUp: 500, count: 2500 }, 1000: { warmUp: 4000, count: 16_000 } },
  'doubao-resolver resolve4': {},
  [cares]: { 100: { warmUp: 100, count: 2000 }, 1000: { warmUp: 100, count: 8000 } },
  [getaddrinfo]: { 100: { warmUp: 4, count: 100 }, 1000: { warmUp: 4, count: 100 } },
};

function budgets(concurrency: number): Budget[] {
  if (concurrency === 1000) {
    return [
      {
        text: '≥ 300 × dns.lookup',
        metric: 'rate',
        subject: ours,
        against: getaddrinfo,
        relation: 'ratio',
        bound: 'at least',
        limit: 300,
      },
    ];
  }
  const most = (concurrency / upstreamDelayMs) * 1000;
  const limit = 0.8 * most;
  return [
    {
      text: `≥ 80 % of concurrency ÷ RTT: ${limit}/s`,
      metric: 'rate',
      subject: ours,
      relation: 'value',
      bound: 'at least',
      limit,
    },
  ];
}

/** Row 5: A and AAAA of names that nobody has asked for, from a server 20 ms away. */
export function delayedLookups({ node, server, resolvConf, rounds }: DelayedPlan): ExperimentSpec[] {
  return [100, 1000].map((concurrency) => {
    const one = (name: string, contender: LoadRun['contender']): CaseSpec => ({
      name,
      run: () => {
        const amounts = counts[contender][concurrency];
        if (amounts === undefined) throw new Error(`no amounts for ${contender}`);
        const run: LoadRun = { contender, server, address: wildcardAddress, concurrency, ...amounts };
        const program = { command: node.path, args: [loadProgram, JSON.stringify(run)] };
        if (contender !== getaddrinfo) return runProgram(program);
        if (resolvConf === undefined) throw new Error('needs root, to give getaddrinfo another resolv.conf');
        return runProgram(withResolvConf(resolvConf, program));
      },
    });
    return {
      id: `delayed-${concurrency}`,
      row: 5,
      title: `uncached \`lookup\` (A and AAAA), upstream ${upstreamDelayMs} ms away, ${concurrency} concurrent`,
      node: node.version,
      metrics: loadMetrics,
      cases: [one(ours, ours), one(cares, cares), one(getaddrinfo, getaddrinfo), one(oursAgain, ours)],
      control: { metric: 'rate', first: ours, second: oursAgain },
      budgets: budgets(concurrency),
      rounds,
    };
  });
}
