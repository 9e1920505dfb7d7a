import { fileURLToPath } from 'node:url';
import { startResponder } from '@doubao/resolver-testbed';
import type { Budget, CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';
import type { MemoryRun } from './memory-program.ts';

const program = fileURLToPath(new URL('./memory-program.js', import.meta.url));
const ours = 'doubao-resolver';
const opponent = 'cacheable-lookup';

/** How memory grows; the last is what the budget speaks of. */
const nameCounts = [10_000, 100_000, 1_000_000] as const;
const most = 1_000_000;
/** c-ares, by which the opponent resolves, takes a minute for more. */
const mostOfOpponent = 100_000;
/** What the process takes and gives back besides is as much as fewer names need. */
const leastOfOurs = 100_000;
/** Memory hardly varies, and to resolve many names takes half a minute. */
const onlyRound = 1;
/** What the opponent holds lies in V8's heap, where nothing has to be told from what was there before. */
const warmUps = { [ours]: 10, [opponent]: 1 } as const;
/**
 * A young generation that does not grow while it is measured: what it takes is V8's, the same for any number of names, and
 * filled before the first reading.
 */
const nodeOptions = ['--expose-gc', '--min-semi-space-size=4', '--max-semi-space-size=4'];
const octetsPerName = 160;
/** What the collector's own bookkeeping may differ by. */
const heapPerName = 1;

const budgets: readonly Budget[] = [
  {
    text: `≤ ${octetsPerName} B a name, all in`,
    metric: 'total',
    subject: ours,
    relation: 'value',
    bound: 'at most',
    limit: octetsPerName,
  },
  {
    text: 'no growth of the V8 heap',
    metric: 'heap',
    subject: ours,
    relation: 'value',
    bound: 'at most',
    limit: heapPerName,
  },
];

function perName(node: NodeBinary, server: string, names: number): ExperimentSpec {
  const one = (contender: MemoryRun['contender']): CaseSpec => ({
    name: contender,
    run: () => {
      const run: MemoryRun = { contender, server, names, warmUps: warmUps[contender] };
      return runProgram({ command: node.path, args: [...nodeOptions, program, JSON.stringify(run)] });
    },
  });
  return {
    id: `memory-${names}`,
    row: 6,
    title: `memory of ${names.toLocaleString('fr').replaceAll('\u202f', ' ')} names with 2 A and 1 AAAA`,
    node: node.version,
    metrics: {
      total: { unit: 'B a name', digits: 0 },
      later: { unit: 'B a name of the second half', digits: 0 },
      heap: { unit: 'B of it in the V8 heap', digits: 1 },
      collection: { unit: 'ms longer full collection', digits: 1 },
      longestPause: { unit: 'ms longest pause meanwhile', digits: 1 },
    },
    cases: [
      ...(names >= leastOfOurs ? [one(ours)] : []),
      ...(names <= mostOfOpponent ? [one(opponent)] : []),
    ],
    budgets: names === most ? budgets : [],
    point: { chart: 'memory-by-names', x: names },
    rounds: onlyRound,
    exact: true,
  };
}

async function* experiments({ nodes }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using responder = await startResponder({
    a: ['10.2.0.1', '10.2.0.2'],
    aaaa: ['fd00::1'],
    ttlSeconds: 86_400,
  });
  for (const node of nodes) {
    for (const names of nameCounts) yield perName(node, responder.endpoint, names);
  }
}

/** Row 6. */
export const memory: Group = {
  name: 'memory',
  title: 'Memory',
  experiments,
  programs: [],
  opponents: ['cacheable-lookup'],
};
