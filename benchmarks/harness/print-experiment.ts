import type { Experiment } from './experiment.ts';
import { caseTable, remarkLines, verdictLines } from './experiment-table.ts';

/** Prints the tables of one experiment as soon as it is done. */
export function printExperiment(experiment: Experiment): void {
  const table = caseTable(experiment);
  const columns = table[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  console.log(`\n${experiment.title}${experiment.node === undefined ? '' : `, Node ${experiment.node}`}`);
  for (const row of table) {
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }
  for (const line of [...verdictLines(experiment), ...remarkLines(experiment)]) console.log(`  ${line}`);
}
