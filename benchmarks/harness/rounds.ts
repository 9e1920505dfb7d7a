import type { CaseResult, CaseSpec, Drawing, Experiment, ExperimentSpec } from './experiment.ts';
import { interruption } from './interruption.ts';

/** What no budget speaks of is shown, not judged: a third of the rounds tells. */
const roundsBetweenReferences = 3;

interface Tally {
  readonly spec: CaseSpec;
  readonly interval: number;
  readonly samples: Record<string, number[]>;
  failure?: string;
}

async function runOnce(tally: Tally): Promise<void> {
  try {
    for (const [metric, value] of Object.entries(await tally.spec.run())) {
      (tally.samples[metric] ??= []).push(value);
    }
  } catch (error) {
    interruption.throwIfAborted();
    // A case that cannot run is part of the result; the others go on.
    tally.failure = error instanceof Error ? error.message : String(error);
  }
}

function resultOf({ spec, samples, failure }: Tally): CaseResult {
  return failure === undefined ? { name: spec.name, samples } : { name: spec.name, samples: {}, failure };
}

/** The cases whose rounds are compared with others of the same round. */
function judgedCases({ budgets, control }: ExperimentSpec): ReadonlySet<string | undefined> {
  return new Set([
    ...budgets.flatMap(({ subject, against }) => [subject, against]),
    control?.first,
    control?.second,
  ]);
}

async function drawn(draw: ExperimentSpec['draw']): Promise<Drawing | undefined> {
  try {
    return await draw?.();
  } catch {
    interruption.throwIfAborted();
    // Whose case could not run is said there.
    return undefined;
  }
}

/** Runs every case once a round, each round starting with another case. */
export async function runExperiment(spec: ExperimentSpec): Promise<Experiment> {
  const { cases, draw, ...rest } = spec;
  const judged = judgedCases(spec);
  const tallies: Tally[] = cases.map((one) => ({
    spec: one,
    interval: one.interval ?? (judged.has(one.name) ? 1 : roundsBetweenReferences),
    samples: {},
  }));
  const label = `${spec.id}${spec.node === undefined ? '' : ` on ${spec.node}`}`;
  for (let round = 0; round < spec.rounds; round += 1) {
    const takesPart = ({ interval, failure }: Tally): boolean =>
      failure === undefined && round % interval === 0;
    if (!tallies.some(takesPart)) continue;
    process.stderr.write(`${label}: round ${round + 1} of ${spec.rounds}\n`);
    for (let turn = 0; turn < tallies.length; turn += 1) {
      const tally = tallies[(round + turn) % tallies.length];
      if (tally !== undefined && takesPart(tally)) await runOnce(tally);
    }
  }
  const drawing = await drawn(draw);
  return { ...rest, cases: tallies.map(resultOf), ...(drawing === undefined ? {} : { drawing }) };
}
