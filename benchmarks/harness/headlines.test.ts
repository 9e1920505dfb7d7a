import { expect, it } from 'vitest';
import { renderHeadlines } from './headlines.ts';
import type { GroupResult } from './result-files.ts';
import { experimentOf, ratioBudget } from './test-support/experiments.ts';

const faster = ratioBudget({ subject: 'cacheable-lookup', against: 'ours', bound: 'at least', limit: 4 });
const budgets = [ratioBudget(), faster];
const experiments = [
  experimentOf(
    { ours: 80, floor: 100, 'cacheable-lookup': 800 },
    { id: 'lookup-hit-core', budgets, node: 'v20.1.0' },
  ),
  experimentOf({ ours: 80, floor: 100 }, { id: 'lookup-hit-core', budgets, node: 'v26.1.0', rounds: 3 }),
];
const results = [{ experiments } as unknown as GroupResult];

it('shows what was judged and nothing else', () => {
  const text = renderHeadlines(results, [], 'en');
  expect(text).toContain('| Beside | What | Node 20.1.0 | Node 26.1.0 |');
  expect(text).toContain('| cached `dns.lookup`: share of its time | 0.80 × | – |');
  expect(text).toContain('| cached `dns.lookup`: times as fast | 10.00 × | – |');
});

it('says the same in both languages', () => {
  const figuresOf = (language: 'en' | 'zh'): string[][] =>
    renderHeadlines(results, [], language)
      .split('\n')
      .slice(1)
      .map((line) => line.split('|').filter((_, column) => column !== 2));
  expect(figuresOf('zh')).toEqual(figuresOf('en'));
});
