import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChartFile } from './charts.ts';
import type { Experiment } from './experiment.ts';
import { lineChart } from './line-chart.ts';
import type { Machine } from './machine.ts';

/** How long a group took. */
export interface Durations {
  readonly measuring: number;
  /** To build what was not built yet, and to start what it runs against. */
  readonly preparing: number;
}

/** What one run of a group found; the content of one JSON file. */
export interface GroupResult {
  readonly group: string;
  readonly title: string;
  readonly machine: Machine;
  /** Not known of older results. */
  readonly seconds?: Durations;
  readonly experiments: readonly Experiment[];
}

/** The languages of the README. */
export type Language = 'en' | 'zh';

const readmes: Readonly<Record<Language, string>> = {
  en: fileURLToPath(new URL('../../../README.md', import.meta.url)),
  zh: fileURLToPath(new URL('../../../README.zh-CN.md', import.meta.url)),
};
const headlineMarks = { begin: '<!-- figures: by `pnpm bench` -->', end: '<!-- end of figures -->' } as const;

const report = fileURLToPath(new URL('../../RESULTS.md', import.meta.url));

const chartFolder = fileURLToPath(new URL('../../charts/', import.meta.url));

function fileOf(group: string): string {
  return fileURLToPath(new URL(`../../results/${group}.json`, import.meta.url));
}

/** Whoever interrupts finds the old content or the new one. */
async function replaceFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/** Figures have at most four significant digits of meaning. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

export async function writeResult(result: GroupResult): Promise<void> {
  // One array of samples a line: a later run shows as a readable difference.
  const text = JSON.stringify(result, rounded, 2).replaceAll(
    /\[\s+(-?\d[\d.,\s-]*?)\s+\]/g,
    (_all, list: string) => `[${list.replaceAll(/\s+/g, ' ')}]`,
  );
  await replaceFile(fileOf(result.group), `${text}\n`);
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
  for (const { name, chart } of charts) await replaceFile(join(chartFolder, `${name}.svg`), lineChart(chart));
  await replaceFile(report, text);
}

/** Puts figures between the marks of each README. */
export async function writeHeadlines(render: (language: Language) => string): Promise<void> {
  for (const [language, path] of Object.entries(readmes)) {
    const content = await readFile(path, 'utf8');
    const [before, rest = ''] = content.split(`${headlineMarks.begin}\n`);
    const [, after] = rest.split(headlineMarks.end);
    if (after === undefined) throw new Error(`${path} has no place for figures`);
    const figures = `${headlineMarks.begin}\n\n${render(language as Language)}\n\n${headlineMarks.end}`;
    await replaceFile(path, `${before}${figures}${after}`);
  }
}
