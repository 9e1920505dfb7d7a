import { expect, it } from 'vitest';
import { budgetTables } from './budget-tables.ts';
import type { Experiment } from './experiment.ts';
import { experimentOf, ratioBudget } from './test-support/experiments.ts';

const budgets = [ratioBudget()];

it('counts outcomes by row and shows a Node in each column', () => {
  const text = budgetTables([
    experimentOf({ ours: 100, floor: 100 }, { budgets, node: 'v20.1.0' }),
    experimentOf({ ours: 200, floor: 100 }, { budgets, node: 'v26.1.0' }),
  ]).join('\n');
  expect(text).toContain('| 1 | cached `dns.lookup` | 1 | **1** | 0 | 0 |');
  expect(text).toContain('| what | budget | Node 20.1.0 | Node 26.1.0 |');
  expect(text).toContain('| a hit | ≤ 1.25 × floor | 1.00 × | **missed**: 2.00 × |');
  expect(text).toContain('**Missed** – a hit. Why: not known yet.');
});

it('says why something is not judged', () => {
  const experiment = experimentOf({ ours: 100, floor: 100 }, { budgets, rounds: 3 });
  expect(budgetTables([experiment]).join('\n')).toContain('| 1.00 ×; not judged, rounds: 3 of 9 |');
});

it('folds budgets of one text to the worst of them', () => {
  const sizes = ['size 10', 'size 20'].map((at, index) => ratioBudget({ at, against: `floor ${index}` }));
  const met = experimentOf({ ours: 100, 'floor 0': 100, 'floor 1': 90 }, { budgets: sizes });
  expect(budgetTables([met]).join('\n')).toContain('| 2 of 2 met; worst 1.11 ×, size 20 |');
  const missed = experimentOf({ ours: 100, 'floor 0': 50, 'floor 1': 90 }, { budgets: sizes });
  expect(budgetTables([missed]).join('\n')).toContain('| **1 of 2 missed**; worst 2.00 ×, size 10 |');
});

it('folds experiments of one title, such as the points of a curve', () => {
  const at = (size: number, ours: number): Experiment =>
    experimentOf(
      { ours, floor: 100 },
      { id: `size-${size}`, budgets: [ratioBudget({ at: `size ${size}` })] },
    );
  const text = budgetTables([at(10, 100), at(20, 120)]).join('\n');
  expect(text).toContain('| a hit | ≤ 1.25 × floor | 2 of 2 met; worst 1.20 ×, size 20 |');
});

it('does not call several met or missed of which some are not judged', () => {
  const at = (size: number, rounds: number): Experiment =>
    experimentOf({ ours: 100, floor: 100 }, { budgets: [ratioBudget({ at: `size ${size}` })], rounds });
  expect(budgetTables([at(10, 9), at(20, 3)]).join('\n')).toContain(
    '| 1 of 2 not judged; worst 1.00 ×, size 10 |',
  );
});
