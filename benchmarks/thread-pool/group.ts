import { fileURLToPath } from 'node:url';
import { startDelayedServer } from '../harness/delayed-server.ts';
import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { withResolvConf } from '../harness/resolv-conf-namespace.ts';
import { runProgram } from '../harness/run-program.ts';
import type { PoolRun } from './pool-program.ts';

const program = fileURLToPath(new URL('./pool-program.js', import.meta.url));
const upstreamDelayMs = 20;
const ours = 'doubao-resolver';
const getaddrinfo = 'dns.lookup';
/** `dns.lookup` does a hundred a second. */
const lookups = 100;
/** Counts hardly vary. */
const fewRounds = 3;

interface PoolPlan {
  readonly node: NodeBinary;
  readonly server: string;
  /** Undefined where none can be put in place. */
  readonly resolvConf: string | undefined;
  readonly rounds: number;
}

function poolUse({ node, server, resolvConf, rounds }: PoolPlan): ExperimentSpec {
  const one = (contender: PoolRun['contender']): CaseSpec => ({
    name: contender,
    run: () => {
      const run: PoolRun = { contender, server, lookups };
      const own = { command: node.path, args: [program, JSON.stringify(run)] };
      if (contender === ours) return runProgram(own);
      if (resolvConf === undefined) throw new Error('needs root, to give getaddrinfo another resolv.conf');
      return runProgram(withResolvConf(resolvConf, own));
    },
  });
  return {
    id: 'thread-pool',
    row: 12,
    title: `libuv's thread pool under uncached lookups, upstream ${upstreamDelayMs} ms away, 32 concurrent`,
    node: node.version,
    metrics: { wakeUps: { unit: 'wake-ups of pool threads a lookup', digits: 2 } },
    cases: [one(ours), one(getaddrinfo)],
    budgets: [
      {
        text: 'no pool job',
        metric: 'wakeUps',
        subject: ours,
        relation: 'value',
        bound: 'at most',
        limit: 0,
      },
    ],
    rounds: Math.min(rounds, fewRounds),
    exact: true,
  };
}

async function* experiments({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using server = await startDelayedServer(upstreamDelayMs);
  const { endpoint, resolvConf } = server;
  for (const node of nodes) yield poolUse({ node, server: endpoint, resolvConf, rounds });
}

/** Row 12. */
export const threadPool: Group = {
  name: 'thread-pool',
  title: 'Thread pool',
  experiments,
  programs: [],
  opponents: [],
};
