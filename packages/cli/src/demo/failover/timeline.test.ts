import { expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

it('tells of each second what was asked of whom, how long it took and what happened', () => {
  const timeline = new Timeline({ primary: 5, fallback: 0, stale: 0 });
  for (let lookup = 0; lookup < 100; lookup += 1) timeline.ended(true, lookup === 99 ? 400 : 0.25);
  timeline.turn({ primary: 45, fallback: 0, stale: 0 }, 'primary');
  timeline.ended(false, 2000);
  timeline.ended(true, 12.4);
  timeline.happened('the primary is killed');
  timeline.happened('failover');
  const sources = { primary: 46, fallback: 3, stale: 0 };
  expect(timeline.lines(sources, 'fallback')).toEqual([
    '       █ primary   ▒ fallback   ░ stale   beside the cache',
    '    s  lookups  failed      p99  leads     answered by           what happened',
    '    1      100       0   0.3 ms  primary   ████████████████████',
    '    2        2       1  2000 ms  fallback  █████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  the primary is killed, failover',
  ]);
  expect(timeline.endedLines).toHaveLength(3);
  timeline.turn(sources, 'fallback');
  expect(timeline.endedLines).toEqual(timeline.lines(sources, 'nobody').slice(0, -1));
  expect(timeline.lines(sources, 'nobody').at(-1)).toBe('    3        0       0        –  nobody');
});
