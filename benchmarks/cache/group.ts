import { buildBench } from '../harness/criterion.ts';
import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { day } from './day.ts';
import { eviction } from './eviction.ts';
import { buildPlayer } from './program.ts';
import { threads, threadsBench } from './threads.ts';

async function* experiments({ rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  const play = await buildPlayer();
  yield day(play);
  yield* eviction(play);
  yield threads(await buildBench(threadsBench), rounds);
}

/** Row 7, and what the policies in time are worth. */
export const cache: Group = {
  name: 'cache',
  title: 'The cache on traces',
  experiments,
  programs: [['rustc', '--version']],
  opponents: ['quick_cache', 'moka'],
};
