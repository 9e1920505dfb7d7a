import type { Table } from './experiment-table.ts';

/** A table whose first columns are words, at the left, and whose others are figures, at the right. */
export function markdownTable([heading = [], ...rows]: Table, words: number): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heading),
    line(heading.map((_, column) => (column < words ? '---' : '--:'))),
    ...rows.map(line),
  ];
}
