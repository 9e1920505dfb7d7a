import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { day } from './day.ts';
import { eviction } from './eviction.ts';
import { buildPlayer } from './program.ts';
import { threads } from './threads.ts';

async function* experiments({ rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  const playTrace = await buildPlayer('cache-traces');
  yield day(playTrace);
  yield* eviction(playTrace);
  yield threads(await buildPlayer('cache-threads'), rounds);
}

/** Row 7, and what the policies in time are worth. */
export const cache: Group = {
  name: 'cache',
  title: 'The cache on traces',
  experiments,
  programs: [['rustc', '--version']],
  opponents: ['quick_cache', 'moka'],
};
