import type { ExperimentSpec } from './experiment.ts';
import type { NodeBinary } from './node-binaries.ts';

/** What is common to all experiments of one run. */
export interface GroupPlan {
  readonly nodes: readonly NodeBinary[];
  readonly rounds: number;
}

/** Experiments that share what they run against; one JSON file of results. */
export interface Group {
  /** Argument of `pnpm bench`, and name of the file of results. */
  readonly name: string;
  readonly title: string;
  /** How many rounds, unless others are asked for; default nine. */
  readonly rounds?: number;
  /** What it runs against stays up until the generator is done. */
  experiments(plan: GroupPlan): AsyncIterable<ExperimentSpec>;
  /** Programs whose versions belong to the result, with the arguments that print them. */
  readonly programs: readonly (readonly [command: string, ...args: readonly string[]])[];
  /** Packages of package.json and crates of Cargo.lock that run beside us; their versions belong to the result, too. */
  readonly opponents: readonly string[];
}
