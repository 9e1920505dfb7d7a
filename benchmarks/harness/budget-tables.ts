import type { Experiment } from './experiment.ts';
import { measuredText } from './experiment-table.ts';
import { knownMisses } from './known-misses.ts';
import { markdownTable } from './markdown-table.ts';
import { judge, marginOf, type Verdict } from './verdict.ts';

/** What the rows of the table of budgets are about. */
const rowTitles: Readonly<Record<number, string>> = {
  1: 'cached `dns.lookup`',
  2: 'cached `dns.promises.lookup`',
  3: 'hit in the cache that threads share',
  4: 'uncached names, server beside us',
  5: 'uncached names, server 20 ms away',
  6: 'memory',
  7: 'the cache',
  8: 'parsing',
  9: 'import',
  11: 'failover',
  12: 'thread pool',
};

const outcomes = ['met', 'missed', 'not judged', 'not measured'] as const;
/** The first that applies is said of several together. */
const worstFirst = ['missed', 'not judged', 'not measured', 'met'] as const;

interface Judged {
  readonly experiment: Experiment;
  readonly verdict: Verdict;
}

function judgedOf(experiments: readonly Experiment[]): Judged[] {
  return experiments.flatMap((experiment) =>
    experiment.budgets.map((budget) => ({ experiment, verdict: judge(experiment, budget) })),
  );
}

function columnOf({ experiment: { node } }: Judged): string {
  return node === undefined ? 'measured' : `Node ${node.slice(1)}`;
}

function cell({ experiment, verdict }: Judged): string {
  const text = measuredText(verdict, experiment);
  const { outcome, because, aimed, budget } = verdict;
  if (outcome === 'met') return aimed && budget.aim !== undefined ? `${text}, with the aim` : text;
  if (outcome === 'missed') return `**missed**: ${text}`;
  return because === undefined ? outcome : `${text}; ${outcome}, ${because}`;
}

/** Several budgets with one text in one cell: how many are met, and the worst. */
function foldedCell(several: readonly Judged[]): string {
  const [worst] = several.toSorted((a, b) => marginOf(a.verdict) - marginOf(b.verdict));
  if (worst === undefined) return '';
  if (several.length === 1) return cell(worst);
  const said = worstFirst.find((one) => several.some(({ verdict }) => verdict.outcome === one));
  const share = `${several.filter(({ verdict }) => verdict.outcome === said).length} of ${several.length} ${said}`;
  const count = said === 'missed' ? `**${share}**` : share;
  const text = measuredText(worst.verdict, worst.experiment);
  const { at = '' } = worst.verdict.budget;
  // A metric of its own for each size has the size in its unit already.
  return `${count}; worst ${text.endsWith(at) ? text : `${text}, ${at}`}`;
}

function rowTable(judged: readonly Judged[]): string[] {
  const columns = [...new Set(judged.map(columnOf))];
  const lines: string[][] = [];
  // Nodes may have budgets with different texts, and sizes experiments of their own; what is of one title stays together.
  for (const title of new Set(judged.map(({ experiment }) => experiment.title))) {
    const own = judged.filter(({ experiment }) => experiment.title === title);
    for (const text of new Set(own.map(({ verdict }) => verdict.budget.text))) {
      const same = own.filter(({ verdict }) => verdict.budget.text === text);
      const cells = columns.map((column) => foldedCell(same.filter((one) => columnOf(one) === column)));
      lines.push([title, text, ...cells]);
    }
  }
  return markdownTable([['what', 'budget', ...columns], ...lines], 2);
}

/** Why budgets of a row are missed, once for each reason. */
function reasons(judged: readonly Judged[]): string[] {
  const missed = judged.filter(({ verdict }) => verdict.outcome === 'missed');
  const titles = new Map<string, Set<string>>();
  for (const { experiment } of missed) {
    const reason = knownMisses[experiment.id] ?? 'not known yet.';
    titles.set(reason, (titles.get(reason) ?? new Set()).add(experiment.title));
  }
  return [...titles].flatMap(([reason, all]) => ['', `**Missed** – ${[...all].join('; ')}. Why: ${reason}`]);
}

/** Every budget with its outcome: how many of each row, and then row by row. */
export function budgetTables(experiments: readonly Experiment[]): string[] {
  const rows = [...new Set(experiments.map(({ row }) => row))].toSorted((a, b) => a - b);
  const judgedByRow = rows
    .map((row) => ({ row, judged: judgedOf(experiments.filter((one) => one.row === row)) }))
    .filter(({ judged }) => judged.length > 0);
  const overview = judgedByRow.map(({ row, judged }) => {
    const count = (outcome: string): number =>
      judged.filter(({ verdict }) => verdict.outcome === outcome).length;
    const counts = outcomes.map((outcome) => {
      const found = count(outcome);
      return outcome === 'missed' && found > 0 ? `**${found}**` : `${found}`;
    });
    return [`${row}`, rowTitles[row] ?? '', ...counts];
  });
  return [
    '## Budgets',
    '',
    ...markdownTable([['row', 'what', ...outcomes], ...overview], 2),
    '',
    ...judgedByRow.flatMap(({ row, judged }) => [
      `### Row ${row}: ${rowTitles[row] ?? ''}`,
      '',
      ...rowTable(judged),
      ...reasons(judged),
      '',
    ]),
  ];
}
