import type { Drawing, ExperimentSpec, Metric, Sample } from '../harness/experiment.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import type { Conductor, Wave } from './conductor.ts';
import { contenderNames, type ContenderName } from './contenders/contender.ts';
import { metrics as shortMetrics, row } from './experiments.ts';
import { faultTitles, nameTitles, rateText } from './titles.ts';
import type { FailoverRun, FaultName } from './run.ts';
import type { RunResult } from './run-result.ts';

/** When the primary is back, and for how long the way back to it is watched; from the fault. */
const clearMs = 30_000;
const untilMs = 120_000;
const warmUpMs = 6000;
const patienceMs = 2000;
const perSecond = 100;
/** The others are measured once. */
const opponentInterval = 10;
const ownInterval = 4;
const ours = 'doubao-resolver';

const faultNames = ['black-holed', 'killed', 'stopped'] as const satisfies readonly FaultName[];
/** The fault that is drawn, and that everybody is under. */
const drawnFault = 'black-holed';

const metrics: Readonly<Record<string, Metric>> = {
  ...Object.fromEntries(
    ['failed', 'pending', 'wrong', 'firstGood', 'p50', 'p99', 'p999'].flatMap((name) => {
      const metric = shortMetrics[name];
      return metric === undefined ? [] : [[name, metric]];
    }),
  ),
  suspect: { unit: 'ms to suspicion', digits: 0 },
  failover: { unit: 'ms to failover', digits: 0 },
  canary: { unit: 's from return to canary', digits: 1 },
  full: { unit: 's from return to lead', digits: 1 },
};

function castOf(fault: FaultName): { readonly contender: ContenderName; readonly interval: number }[] {
  return contenderNames
    .filter((contender) => contender === ours || fault === drawnFault)
    .map((contender) => ({ contender, interval: contender === ours ? ownInterval : opponentInterval }));
}

function runOf(fault: FaultName, contender: ContenderName, node: NodeBinary, round: number): FailoverRun {
  return {
    contender,
    node: node.path,
    fault,
    names: 'cold',
    perSecond,
    seed: round + 1,
    hasFallback: true,
    warmUpMs,
    untilMs,
    clearMs,
    patienceMs,
    isDrawn: fault === drawnFault && round === 0,
  };
}

/** All rounds at once: they take two minutes, and hardly load the machine. */
export function recoveryWave(node: NodeBinary, rounds: number): Wave {
  return faultNames.flatMap((fault) =>
    castOf(fault).flatMap(({ contender, interval }) =>
      Array.from({ length: rounds }, (_, round) => round)
        .filter((round) => round % interval === 0)
        .map((round) => runOf(fault, contender, node, round)),
    ),
  );
}

/** When something happened for the first time after a moment, counted from that moment. */
function firstAfter({ happenings }: RunResult, what: string, fromMs: number): number | undefined {
  const found = happenings.find((one) => one.what.startsWith(what) && one.atMs >= fromMs);
  return found && found.atMs - fromMs;
}

function sampleOf(result: RunResult): Sample {
  const { failed, pending, wrong, firstGood, p50, p99, p999 } = result;
  const times = {
    suspect: firstAfter(result, 'suspect', 0),
    failover: firstAfter(result, 'failover', 0),
    canary: firstAfter(result, 'canary', clearMs),
    full: firstAfter(result, 'switchback', clearMs),
  };
  const seconds: readonly string[] = ['canary', 'full'];
  const told = Object.entries(times).flatMap(([name, ms]) =>
    ms === undefined ? [] : [[name, seconds.includes(name) ? ms / 1000 : ms]],
  );
  return { failed, pending, wrong, firstGood, p50, p99, p999, ...Object.fromEntries(told) };
}

/** What happened in the drawn run of ours, in seconds from the fault. */
function momentsOf(result: RunResult): Drawing['moments'] {
  const wanted: readonly (readonly [string, string, number])[] = [
    ['suspect', 'suspicion', 0],
    ['failover', 'failover', 0],
    ['canary', 'canary', clearMs],
    ['switchback', 'full', clearMs],
  ];
  const found = wanted.flatMap(([event, what, fromMs]) => {
    const ms = firstAfter(result, event, fromMs);
    return ms === undefined ? [] : [{ what, x: (fromMs + ms) / 1000 }];
  });
  const own = [
    { what: 'fault', x: 0 },
    { what: 'return', x: clearMs / 1000 },
  ];
  return [...own, ...found].toSorted((a, b) => a.x - b.x);
}

async function draw(conductor: Conductor, node: NodeBinary): Promise<Drawing> {
  const results = await Promise.all(
    contenderNames.map(async (name) => ({
      name,
      result: await conductor.result(runOf(drawnFault, name, node, 0)),
    })),
  );
  const lines = results.flatMap(({ name, result: { timeline } }) =>
    timeline === undefined ? [] : [{ name, x: timeline.seconds, y: timeline.p50, most: timeline.p99 }],
  );
  const moments = results.flatMap(({ name, result }) => (name === ours ? momentsOf(result) : []));
  return { chart: 'failover-timeline', lines, moments };
}

/** From the fault over the return of the primary to its lead. */
export function recoveries(conductor: Conductor, node: NodeBinary, rounds: number): ExperimentSpec[] {
  return faultNames.map((fault) => ({
    id: `failover-recovery-${fault}`,
    row,
    title: `${faultTitles[fault]} for ${clearMs / 1000} s, and back: ${rateText(perSecond)} lookups/s of ${nameTitles.cold}, ${untilMs / 1000} s`,
    node: node.version,
    metrics,
    cases: castOf(fault).map(({ contender, interval }) => {
      let round = 0;
      return {
        name: contender,
        interval,
        async run() {
          const result = await conductor.result(runOf(fault, contender, node, round));
          round += interval;
          return sampleOf(result);
        },
      };
    }),
    budgets: [],
    rounds,
    ...(fault === drawnFault ? { draw: () => draw(conductor, node) } : {}),
  }));
}
