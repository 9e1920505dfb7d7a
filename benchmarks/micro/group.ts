import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { startNameServer } from '../harness/name-server.ts';
import { buildCallFloor, callFloor } from './call-floor.ts';
import { cachedLookup } from './cached-lookup.ts';
import { nativeHit } from './native-hit.ts';

async function* experiments({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using addons = await buildCallFloor();
  await using server = await startNameServer();
  for (const node of nodes) {
    const plan = { node, port: server.port, rounds };
    yield* cachedLookup(plan);
    yield* callFloor(node, addons, rounds);
    yield nativeHit(plan);
  }
}

/** Rows 1 to 3. */
export const micro: Group = { name: 'micro', title: 'Cached lookups', experiments, programs: [] };
