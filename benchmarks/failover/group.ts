import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { available } from '@doubao/resolver-testbed';
import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import { canReplaceResolvConf } from '../harness/resolv-conf-namespace.ts';
import { budgetsOf, judgedContender } from './budgets.ts';
import { Conductor } from './conductor.ts';
import { experimentOf, wavesOf } from './experiments.ts';
import type { FailoverRun } from './run.ts';
import { longWaves, shortWaves } from './scenarios.ts';
import { primaryAddress, secondaryAddress } from './surroundings.ts';

const program = fileURLToPath(new URL('./run-program.js', import.meta.url));

async function* experiments({ nodes, rounds }: GroupPlan): AsyncGenerator<ExperimentSpec> {
  const node = nodes.at(-1);
  if (node === undefined) throw new Error('there is no Node');
  if (!canReplaceResolvConf()) throw new Error('needs root, to give each run a network and a resolv.conf');
  if (!available('nsd') || !available('dnsdist')) throw new Error('needs NSD and dnsdist');
  const folder = await mkdtemp(join(tmpdir(), 'failover-'));
  try {
    const [one, two] = ['one.conf', 'two.conf'].map((name) => join(folder, name)) as [string, string];
    await writeFile(one, `nameserver ${primaryAddress}\n`);
    await writeFile(two, `nameserver ${primaryAddress}\nnameserver ${secondaryAddress}\n`);
    const resolvConf = ({ hasFallback }: { readonly hasFallback: boolean }): string =>
      hasFallback ? two : one;
    const isJudged = (run: FailoverRun): boolean =>
      run.contender === judgedContender && budgetsOf(run).length > 0;
    const conductor = new Conductor({ node: node.path, program, resolvConf, isJudged });
    const waves = [...wavesOf(longWaves, node, rounds), ...wavesOf(shortWaves, node, rounds)];
    const performing = conductor.perform(waves);
    for (const scene of [...shortWaves, ...longWaves].flat()) {
      yield experimentOf(scene, conductor, node, rounds);
    }
    await performing;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Row 11. */
export const failover: Group = {
  name: 'failover',
  title: 'Failover',
  experiments,
  rounds: 10,
  programs: [
    ['nsd', '-v'],
    ['dnsdist', '--version'],
  ],
  opponents: ['cacheable-lookup', 'undici'],
};
