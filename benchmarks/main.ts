/**
 * Program: runs the named groups of benchmarks, or all, and renders RESULTS.md from all results there are.
 * `--rounds N` for a quick look; a figure counts from nine rounds on.
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { cache } from './cache/group.ts';
import { failover } from './failover/group.ts';
import { chartsOf } from './harness/charts.ts';
import { durationText } from './harness/figures.ts';
import type { Experiment } from './harness/experiment.ts';
import type { Group } from './harness/group.ts';
import { renderHeadlines } from './harness/headlines.ts';
import { heedSignals, interruption } from './harness/interruption.ts';
import { describeMachine } from './harness/machine.ts';
import { nodeBinaries } from './harness/node-binaries.ts';
import { printExperiment } from './harness/print-experiment.ts';
import { renderResults } from './harness/render-results.ts';
import {
  readResults,
  writeHeadlines,
  writeReport,
  writeResult,
  type Durations,
} from './harness/result-files.ts';
import { runExperiment } from './harness/rounds.ts';
import { memory } from './memory/group.ts';
import { micro } from './micro/group.ts';
import { startup } from './startup/group.ts';
import { threadPool } from './thread-pool/group.ts';
import { throughput } from './throughput/group.ts';
import { wire } from './wire/group.ts';

const groups: readonly Group[] = [micro, wire, cache, throughput, failover, memory, startup, threadPool];
const defaultRounds = 9;

async function runGroup(group: Group, rounds: number): Promise<Durations> {
  const start = performance.now();
  let measuredMs = 0;
  const nodes = nodeBinaries();
  const machine = describeMachine(nodes, group);
  const experiments: Experiment[] = [];
  try {
    for await (const spec of group.experiments({ nodes, rounds })) {
      const begun = performance.now();
      const experiment = await runExperiment(spec);
      measuredMs += performance.now() - begun;
      printExperiment(experiment);
      experiments.push(experiment);
    }
  } catch (error) {
    interruption.throwIfAborted();
    // What the whole group needs is missing or broken; its last results stay, the other groups go on.
    console.log(`\n${group.name} skipped: ${error instanceof Error ? error.message : String(error)}`);
    return { measuring: 0, preparing: 0 };
  }
  const seconds = {
    measuring: Math.round(measuredMs / 1000),
    preparing: Math.round((performance.now() - start - measuredMs) / 1000),
  };
  await writeResult({ group: group.name, title: group.title, machine, seconds, experiments });
  console.log(
    `\n${group.name} took ${durationText(seconds.measuring)}, and ${preparation(seconds.preparing)}`,
  );
  return seconds;
}

function preparation(seconds: number): string {
  return `${durationText(seconds)} in which programs were built and servers started`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string' }, render: { type: 'boolean' } },
    allowPositionals: true,
  });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && (!Number.isInteger(rounds) || rounds < 1))
    throw new RangeError('--rounds takes a whole number from 1 on');
  for (const name of positionals) {
    if (!groups.some((group) => group.name === name)) {
      throw new RangeError(`no group ${name}; there are: ${groups.map((group) => group.name).join(', ')}`);
    }
  }
  const chosen = groups.filter((group) => positionals.length === 0 || positionals.includes(group.name));
  if (values.render !== true) {
    const total = { measuring: 0, preparing: 0 };
    for (const group of chosen) {
      const { measuring, preparing } = await runGroup(group, rounds ?? group.rounds ?? defaultRounds);
      total.measuring += measuring;
      total.preparing += preparing;
    }
    console.log(`\nall took ${durationText(total.measuring)}, and ${preparation(total.preparing)}`);
  }
  const results = await readResults(groups.map((group) => group.name));
  const charts = chartsOf(results);
  await writeReport(renderResults(results, charts), charts);
  await writeHeadlines((language) => renderHeadlines(results, charts, language));
}

heedSignals();
try {
  await main();
} catch (error) {
  if (!interruption.aborted) throw error;
  console.error(`${(interruption.reason as Error).message}; nothing of the group under way was written`);
  process.exitCode = 130;
}
