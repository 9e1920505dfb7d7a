import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startResponder } from '@doubao/resolver-testbed';
import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { startNameServer, wildcardAddress } from '../harness/name-server.ts';
import { delayedLookups, upstreamDelayMs } from './delayed-lookups.ts';
import { canReplaceResolvConf, getaddrinfoServer } from '../harness/resolv-conf-namespace.ts';
import { uncachedQueries } from './uncached-queries.ts';

async function* nearby({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  await using server = await startNameServer();
  for (const node of nodes) yield* uncachedQueries({ node, port: server.port, rounds });
}

async function* farAway({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  const replaceable = canReplaceResolvConf();
  const folder = await mkdtemp(join(tmpdir(), 'resolv-conf-'));
  try {
    const path = join(folder, 'resolv.conf');
    await writeFile(path, `nameserver ${getaddrinfoServer.address}\n`);
    await using responder = await startResponder({
      delayMs: upstreamDelayMs,
      a: [wildcardAddress],
      ...(replaceable ? getaddrinfoServer : {}),
    });
    const resolvConf = replaceable ? path : undefined;
    for (const node of nodes) yield* delayedLookups({ node, server: responder.endpoint, resolvConf, rounds });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* experiments(plan: GroupPlan): AsyncGenerator<ExperimentSpec> {
  yield* nearby(plan);
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
};
