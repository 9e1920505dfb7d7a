import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { available } from '@doubao/resolver-testbed';
import type { ExperimentSpec } from '../harness/experiment.ts';
import type { Group, GroupPlan } from '../harness/group.ts';
import type { NodeBinary } from '../harness/node-binaries.ts';
import { canReplaceResolvConf } from '../harness/resolv-conf-namespace.ts';
import { budgetsOf, judgedContender } from './budgets.ts';
import { Conductor } from './conductor.ts';
import { experimentOf, waveOf } from './experiments.ts';
import { recoveries, recoveryWave } from './recovery.ts';
import type { FailoverRun } from './run.ts';
import { longScenarios, shortWaves } from './scenarios.ts';
import { primaryAddress, secondaryAddress } from './surroundings.ts';

const program = fileURLToPath(new URL('./run-program.js', import.meta.url));

/** Rounds of long scenarios that share a wave: two cores have time for two. */
const longAtOnce = 2;

/** Long runs first, while the way back is watched; then the others, round by round. */
async function performAll(conductor: Conductor, node: NodeBinary, rounds: number): Promise<void> {
  const all = Array.from({ length: rounds }, (_, round) => round);
  const long = all
    .filter((round) => round % longAtOnce === 0)
    .map((first) =>
      all.slice(first, first + longAtOnce).flatMap((round) => waveOf(longScenarios, node, round)),
    );
  await Promise.all([conductor.perform([recoveryWave(node, rounds)]), conductor.perform(long)]);
  await conductor.perform(
    all
      .flatMap((round) => shortWaves.map((scenes) => waveOf(scenes, node, round)))
      .filter((wave) => wave.length > 0),
  );
}

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
    const performing = performAll(conductor, node, rounds);
    const scenes = [...shortWaves.flat(), ...longScenarios];
    for (const scene of scenes) yield experimentOf(scene, conductor, node, rounds);
    yield* recoveries(conductor, node, rounds);
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
