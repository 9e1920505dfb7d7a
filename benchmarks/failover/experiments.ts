import type { Budget, CaseSpec, ExperimentSpec, Metric, Sample } from '../harness/experiment.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { budgetsOf } from './budgets.ts';
import { type Conductor, latestStartMs, type Wave } from './conductor.ts';
import { queryRatio } from './query-ratio.ts';
import type { FailoverRun } from './run.ts';
import type { RunResult } from './run-result.ts';
import { castOf, type Scenario, withoutFault } from './scenarios.ts';

/** Row of the table of budgets. */
export const row = 11;
/** Long enough to know how long answers take, and for what expires in between to be asked for again. */
const warmUpMs = 3000;
/** Longer than the timeouts of the others, but not than two of them. */
const patienceMs = 6000;

export const metrics: Readonly<Record<string, Metric>> = {
  failed: { unit: 'failed', digits: 0 },
  pending: { unit: 'of them pending', digits: 0 },
  wrong: { unit: 'wrong', digits: 0 },
  firstGood: { unit: 'ms to the first good answer', digits: 0 },
  p50: { unit: 'ms p50', digits: 1 },
  p99: { unit: 'ms p99', digits: 0 },
  p999: { unit: 'ms p99.9', digits: 0 },
  queries: { unit: '× queries', digits: 2 },
  stale: { unit: 'stale', digits: 0 },
  late: { unit: 'ms late, p99', digits: 1 },
  busy: { unit: '% busy', digits: 0 },
};

/** The run of a contender in a round, which is also its seed. */
function runOf(
  scene: Scenario,
  contender: FailoverRun['contender'],
  node: NodeBinary,
  round: number,
): FailoverRun {
  const { fault, names, perSecond, hasFallback, faultMs } = scene;
  return {
    contender,
    node: node.path,
    fault,
    names,
    perSecond,
    hasFallback,
    seed: round + 1,
    warmUpMs,
    untilMs: faultMs,
    patienceMs,
  };
}

/** The runs of scenarios in a round. */
export function waveOf(scenes: readonly Scenario[], node: NodeBinary, round: number): Wave {
  return scenes.flatMap((scene) =>
    castOf(scene)
      .filter(({ interval }) => round % interval === 0)
      .map(({ contender }) => runOf(scene, contender, node, round)),
  );
}

function sampleOf(result: RunResult, baseline: RunResult): Sample {
  const { failed, pending, wrong, firstGood, p50, p99, p999, late, busy, staleServed } = result;
  return {
    failed,
    pending,
    wrong,
    firstGood,
    p50,
    p99,
    p999,
    queries: queryRatio(result, baseline),
    ...(staleServed === undefined ? {} : { stale: staleServed }),
    late,
    busy,
  };
}

/** One scenario; its runs are performed by the conductor. */
export function experimentOf(
  scene: Scenario,
  conductor: Conductor,
  node: NodeBinary,
  rounds: number,
): ExperimentSpec {
  const budgets: readonly Budget[] = budgetsOf(scene);
  const cases: CaseSpec[] = castOf(scene).map(({ contender, interval }) => {
    let round = 0;
    return {
      name: contender,
      interval,
      async run() {
        const result = await conductor.result(runOf(scene, contender, node, round));
        const baseline = await conductor.result(runOf(withoutFault(scene), contender, node, round));
        round += interval;
        return sampleOf(result, baseline);
      },
    };
  });
  return {
    id: scene.id,
    row,
    title: scene.title,
    node: node.version,
    metrics,
    cases,
    budgets,
    quiet: { metric: 'late', limit: latestStartMs, text: 'lookups started late' },
    rounds,
  };
}
