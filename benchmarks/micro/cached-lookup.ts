import { fileURLToPath } from 'node:url';
import type { Budget, CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { runProgram } from '../harness/run-program.ts';
import type { ContenderName, Shape } from './contender.ts';
import type { HitRun } from './hit-program.ts';

/** Rows 1 and 2: a lookup that the cache in the same isolate answers. */
export interface CachedLookupPlan {
  readonly node: NodeBinary;
  readonly port: number;
  readonly rounds: number;
}

const program = fileURLToPath(new URL('./hit-program.js', import.meta.url));
// So large that nothing is collected while garbage is counted.
const garbageFlags = ['--expose-gc', '--min-semi-space-size=1024', '--max-semi-space-size=1024'];
// Garbage is a count, not a time: it hardly varies.
const garbageRounds = 3;

const shapeTitles: Record<Shape, string> = {
  core: '`{family: undefined, hints: ADDRCONFIG, all: true}`',
  family: '`{family: 4}`',
  bare: 'no options',
};
const ours = 'doubao-resolver';
const floor = 'floor';
const floorAgain = 'floor, again';

function cases(
  { node, port }: CachedLookupPlan,
  names: readonly ContenderName[],
  run: Pick<HitRun, 'form' | 'shape' | 'measure'>,
): CaseSpec[] {
  const flags = run.measure === 'garbage' ? garbageFlags : [];
  const one = (name: string, contender: ContenderName): CaseSpec => ({
    name,
    run: () =>
      runProgram({
        command: node.path,
        args: [...flags, program, JSON.stringify({ ...run, contender, port } satisfies HitRun)],
      }),
  });
  const all = names.map((name) => one(name, name));
  return run.measure === 'time' ? [...all, one(floorAgain, floor)] : all;
}

const time = { time: { unit: 'ns', digits: 0 } };
const control = { metric: 'time', first: floor, second: floorAgain };

/** What cacheable-lookup must be beaten by depends on how fast it is on that Node. */
function fasterThanCacheable({ major }: NodeBinary): Budget {
  const budget = {
    metric: 'time',
    subject: 'cacheable-lookup',
    against: ours,
    relation: 'ratio',
    bound: 'at least',
  } as const;
  return major < 26
    ? { ...budget, text: '≥ 4 × faster than cacheable-lookup', limit: 4 }
    : { ...budget, text: '≥ 1.6 × faster than cacheable-lookup, 2 × the aim', limit: 1.6, aim: 2 };
}

function hitTime(plan: CachedLookupPlan, shape: Shape): ExperimentSpec {
  const others: ContenderName[] = ['cacheable-lookup', 'better-lookup'];
  // It keeps no denials: with either family wanted it asks for AAAA every time, which is no hit.
  if (shape === 'family') others.push('lookup-dns-cache');
  // Its interceptor takes one address, too.
  if (shape === 'bare') others.push('undici');
  const names: ContenderName[] = [floor, ours, ...others];
  return {
    id: `lookup-hit-${shape}`,
    row: 1,
    title: `cached \`dns.lookup\`, ${shapeTitles[shape]}`,
    node: plan.node.version,
    metrics: time,
    cases: cases(plan, names, { form: 'callback', shape, measure: 'time' }),
    control,
    budgets: [
      {
        text: '≤ 1.25 × floor',
        metric: 'time',
        subject: ours,
        against: floor,
        relation: 'ratio',
        bound: 'at most',
        limit: 1.25,
      },
      fasterThanCacheable(plan.node),
    ],
    rounds: plan.rounds,
  };
}

function hitGarbage(plan: CachedLookupPlan, shape: Shape): ExperimentSpec {
  return {
    id: `lookup-hit-garbage-${shape}`,
    row: 1,
    title: `garbage of a cached \`dns.lookup\`, ${shapeTitles[shape]}`,
    node: plan.node.version,
    metrics: { garbage: { unit: 'B', digits: 0 } },
    cases: cases(plan, [floor, ours, 'cacheable-lookup'], { form: 'callback', shape, measure: 'garbage' }),
    budgets: [
      {
        text: '≤ floor + 96 B',
        metric: 'garbage',
        subject: ours,
        against: floor,
        relation: 'excess',
        bound: 'at most',
        limit: 96,
      },
    ],
    rounds: Math.min(garbageRounds, plan.rounds),
    exact: true,
  };
}

function promiseHit(plan: CachedLookupPlan, shape: Shape): ExperimentSpec {
  return {
    id: `promise-hit-${shape}`,
    row: 2,
    title: `cached \`dns.promises.lookup\`, ${shapeTitles[shape]}`,
    node: plan.node.version,
    metrics: time,
    cases: cases(plan, [floor, ours, 'cacheable-lookup'], { form: 'promise', shape, measure: 'time' }),
    control,
    budgets: [
      {
        text: '≤ 1.5 × an async function around Map.get',
        metric: 'time',
        subject: ours,
        against: floor,
        relation: 'ratio',
        bound: 'at most',
        limit: 1.5,
      },
      {
        text: 'faster than cacheable-lookup',
        metric: 'time',
        subject: 'cacheable-lookup',
        against: ours,
        relation: 'ratio',
        bound: 'at least',
        limit: 1,
      },
    ],
    rounds: plan.rounds,
  };
}

const shapes: readonly Shape[] = ['core', 'family', 'bare'];

export function cachedLookup(plan: CachedLookupPlan): ExperimentSpec[] {
  return [
    ...shapes.map((shape) => hitTime(plan, shape)),
    ...shapes.map((shape) => hitGarbage(plan, shape)),
    ...(['core', 'bare'] as const).map((shape) => promiseHit(plan, shape)),
  ];
}
