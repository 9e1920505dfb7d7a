import { expect, it } from 'vitest';
import { FakeClock } from '../test-support/fake-clock.ts';
import { seededRandom } from '../test-support/seeded-random.ts';
import { Prewarmer, type PrewarmResult } from './prewarmer.ts';

interface Stage {
  readonly prewarmer: Prewarmer;
  readonly clock: FakeClock;
  /** Names that were looked up, and when. */
  readonly started: { readonly name: string; readonly at: number }[];
  /** Ends the oldest lookup under way. */
  finish(found: boolean): void;
}

function stage(answer?: (name: string) => boolean | undefined): Stage {
  const clock = new FakeClock();
  const started: { name: string; at: number }[] = [];
  const underWay: ((found: boolean) => void)[] = [];
  const start = clock.monotonicMs();
  const prewarmer = new Prewarmer({
    clock,
    random: seededRandom(1),
    warm: (name, done) => {
      started.push({ name, at: clock.monotonicMs() - start });
      const found = answer?.(name);
      if (found === undefined) underWay.push(done);
      else done(found);
    },
  });
  return { prewarmer, clock, started, finish: (found) => underWay.shift()?.(found) };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}.test`);

it('spreads names evenly and at random, and tells what became of each', async () => {
  const { prewarmer, clock, started } = stage((name) => name !== 'n3.test');
  let result: PrewarmResult | undefined;
  void prewarmer.spread(names(100), 10_000).then((end) => (result = end));
  clock.advance(9999);
  await Promise.resolve();
  expect(result).toEqual({ resolved: names(100).filter((name) => name !== 'n3.test'), failed: ['n3.test'] });
  for (const [index, { name, at }] of started.entries()) {
    expect(name).toBe(`n${index}.test`);
    expect(at).toBeGreaterThanOrEqual(index * 100);
    expect(at).toBeLessThanOrEqual((index + 1) * 100 + 1);
  }
  const offsets = started.map(({ at }, index) => at - index * 100);
  expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(50);
});

it('holds no process', () => {
  const { prewarmer, clock } = stage(() => true);
  void prewarmer.spread(names(10), 1000);
  expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
});

it('without a time starts 64, and the next whenever one has ended', async () => {
  const { prewarmer, started, finish } = stage();
  const result = prewarmer.spread(names(100), 0);
  expect(started).toHaveLength(64);
  finish(true);
  finish(false);
  expect(started).toHaveLength(66);
  for (let ended = 2; ended < 100; ended++) finish(true);
  expect(await result).toMatchObject({ resolved: { length: 99 }, failed: ['n1.test'] });
});

it('paces names', () => {
  const { prewarmer, clock, started } = stage(() => true);
  void prewarmer.paced(names(4), 112);
  clock.advance(1000);
  expect(started.map(({ at }) => at)).toEqual([0, 112, 224, 336]);
});

it('makes no burst of what a blocked thread has missed', () => {
  const { prewarmer, clock, started } = stage(() => true);
  void prewarmer.paced(names(4), 100);
  clock.block(1000);
  clock.advance(1000);
  expect(started.map(({ at }) => at)).toEqual([0, 1000, 1100, 1200]);
});

it('of no names ends at once', async () => {
  const { prewarmer, clock } = stage();
  expect(await prewarmer.spread([], 10_000)).toEqual({ resolved: [], failed: [] });
  expect(clock.timers.size).toBe(0);
});

it('ends when it is closed: what was not started has failed, what is under way still counts', async () => {
  const { prewarmer, clock, started, finish } = stage();
  const result = prewarmer.paced(names(3), 100);
  clock.advance(100);
  prewarmer.close();
  clock.advance(1000);
  expect(started).toHaveLength(2);
  expect(clock.timers.size).toBe(0);
  finish(true);
  finish(false);
  expect(await result).toEqual({ resolved: ['n0.test'], failed: ['n2.test', 'n1.test'] });
  expect(await prewarmer.spread(['late.test'], 0)).toEqual({ resolved: [], failed: ['late.test'] });
});
