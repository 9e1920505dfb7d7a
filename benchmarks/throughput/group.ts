import { available } from '@doubao/resolver-testbed';
import { startDelayedServer } from '../harness/delayed-server.ts';
import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { startNameServer } from '../harness/name-server.ts';
import { optionalProgram } from '../harness/optional-program.ts';
import { buildHickory } from './hickory.ts';
import { nativeReferences } from './native-references.ts';
import { delayedLookups, upstreamDelayMs } from './delayed-lookups.ts';
import { uncachedQueries } from './uncached-queries.ts';

async function* nearby({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using server = await startNameServer();
  const { port } = server;
  for (const node of nodes) yield* uncachedQueries({ node, port, rounds });
  yield* nativeReferences(await optionalProgram(buildHickory()), port, rounds);
}

async function* farAway({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using server = await startDelayedServer(upstreamDelayMs);
  const { endpoint, resolvConf } = server;
  for (const node of nodes) yield* delayedLookups({ node, server: endpoint, resolvConf, rounds });
}

async function* experiments(plan: GroupPlan): AsyncGenerator<ExperimentSpec> {
  if (available('nsd')) yield* nearby(plan);
  yield* farAway(plan);
}

/** Rows 4 and 5. */
export const throughput: Group = {
  name: 'throughput',
  title: 'Uncached names',
  experiments,
  programs: [
    ['nsd', '-v'],
    // Without queries it says its version and ends.
    ['dnsperf', '-d', '/dev/null'],
  ],
  opponents: ['hickory-resolver'],
};
