import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChartFile } from './charts.ts';
import type { Experiment } from './experiment.ts';
import type { Machine } from './machine.ts';

/** What one run of a group found; the content of one JSON file. */
export interface GroupResult {
  readonly group: string;
  readonly title: string;
  readonly machine: Machine;
  readonly experiments: readonly Experiment[];
}

const report = fileURLToPath(new URL('../../RESULTS.md', import.meta.url));

const chartFolder = fileURLToPath(new URL('../../charts/', import.meta.url));

function fileOf(group: string): string {
  return fileURLToPath(new URL(`../../results/${group}.json`, import.meta.url));
}

/** Figures have at most four significant digits of meaning. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

export async function writeResult(result: GroupResult): Promise<void> {
  const path = fileOf(result.group);
  await mkdir(dirname(path), { recursive: true });
  // One array of samples a line: a later run shows as a readable difference.
  const text = JSON.stringify(result, rounded, 2).replaceAll(
    /\[\s+(-?\d[\d.,\s-]*?)\s+\]/g,
    (_all, list: string) => `[${list.replaceAll(/\s+/g, ' ')}]`,
  );
  await writeFile(path, `${text}\n`);
}

/** The latest results of those groups that have any. */
export async function readResults(groups: readonly string[]): Promise<GroupResult[]> {
  const results: GroupResult[] = [];
  for (const group of groups) {
    try {
      results.push(JSON.parse(await readFile(fileOf(group), 'utf8')) as GroupResult);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return results;
}

export async function writeReport(text: string, charts: readonly ChartFile[]): Promise<void> {
  await writeFile(report, text);
  for (const { name, svg } of charts) {
    await mkdir(chartFolder, { recursive: true });
    await writeFile(join(chartFolder, `${name}.svg`), svg);
  }
}
