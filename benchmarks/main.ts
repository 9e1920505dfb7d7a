/**
 * Program: runs the named groups of benchmarks, or all, and renders RESULTS.md from all results there are.
 * `--rounds N` for a quick look; a figure counts from nine rounds on.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { cache } from './cache/group.ts';
import { chartsOf } from './harness/charts.ts';
import type { Experiment } from './harness/experiment.ts';
import type { Group } from './harness/group.ts';
import { describeMachine, versionOf } from './harness/machine.ts';
import { nodeBinaries } from './harness/node-binaries.ts';
import { printExperiment } from './harness/print-experiment.ts';
import { renderResults } from './harness/render-results.ts';
import { readResults, writeReport, writeResult } from './harness/result-files.ts';
import { runExperiment } from './harness/rounds.ts';
import { memory } from './memory/group.ts';
import { micro } from './micro/group.ts';
import { startup } from './startup/group.ts';
import { threadPool } from './thread-pool/group.ts';
import { throughput } from './throughput/group.ts';
import { wire } from './wire/group.ts';

const groups: readonly Group[] = [micro, throughput, memory, cache, wire, startup, threadPool];
const defaultRounds = 9;

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string' }, render: { type: 'boolean' } },
  allowPositionals: true,
});
const rounds = values.rounds === undefined ? defaultRounds : Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError('--rounds takes a whole number from 1 on');
for (const name of positionals) {
  if (!groups.some((group) => group.name === name)) {
    throw new RangeError(`no group ${name}; there are: ${groups.map((group) => group.name).join(', ')}`);
  }
}
const chosen = groups.filter((group) => positionals.length === 0 || positionals.includes(group.name));

async function runGroup(group: Group): Promise<void> {
  const nodes = nodeBinaries();
  const versions = {
    Node: nodes.map((node) => node.version).join(', '),
    ...Object.fromEntries(group.programs.map(([command, ...args]) => [command, versionOf(command, args)])),
  };
  const machine = describeMachine(versions);
  const experiments: Experiment[] = [];
  for await (const spec of group.experiments({ nodes, rounds })) {
    const experiment = await runExperiment(spec);
    printExperiment(experiment);
    experiments.push(experiment);
  }
  await writeResult({ group: group.name, title: group.title, machine, experiments });
}

if (values.render !== true) {
  for (const group of chosen) await runGroup(group);
}
const results = await readResults(groups.map((group) => group.name));
const charts = chartsOf(results);
await writeReport(renderResults(results, charts), charts);
