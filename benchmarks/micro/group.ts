import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { startNameServer } from '../harness/name-server.ts';
import { optionalProgram } from '../harness/optional-program.ts';
import { buildHickory } from '../throughput/hickory.ts';
import { buildCallFloor, callFloor } from './call-floor.ts';
import { cachedLookup } from './cached-lookup.ts';
import { hitCurves } from './hit-curves.ts';
import { nativeHit } from './native-hit.ts';
import { localhostLookup, rustHit } from './references.ts';

async function* experiments({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using addons = await buildCallFloor();
  await using server = await startNameServer();
  yield rustHit(await optionalProgram(buildHickory()), server.port, rounds);
  for (const node of nodes) {
    yield localhostLookup(node, rounds);
    const plan = { node, port: server.port, rounds };
    yield* cachedLookup(plan);
    yield* callFloor(node, addons, rounds);
    yield nativeHit(plan);
    yield* hitCurves(plan);
  }
}

/** Rows 1 to 3. */
export const micro: Group = {
  name: 'micro',
  title: 'Cached lookups',
  experiments,
  programs: [['nsd', '-v']],
  opponents: [
    'cacheable-lookup',
    'better-lookup',
    'lookup-dns-cache',
    'undici',
    'hickory-resolver',
    'node-addon-api',
    'napi',
  ],
};
