import { expect, it } from 'vitest';
import { FakeClock } from '../test-support/fake-clock.ts';
import { Lateness } from './lateness.ts';

it('an event loop that keeps time is not late, however long that lasts', () => {
  const clock = new FakeClock();
  const wasLate = new Lateness(clock).watch();
  clock.advance(10_000);
  expect(wasLate()).toBe(false);
});

it('one that was blocked was late for those that watched then, also before it has noticed', () => {
  const clock = new FakeClock();
  const lateness = new Lateness(clock);
  const during = lateness.watch();
  const noticed = lateness.watch();
  clock.block(101);
  expect(during()).toBe(true);
  clock.advance(0);
  expect(noticed()).toBe(true);
  const afterwards = lateness.watch();
  clock.advance(1000);
  expect(afterwards()).toBe(false);
});

it('nothing runs while nobody watches, and what holds no process runs while somebody does', () => {
  const clock = new FakeClock();
  const lateness = new Lateness(clock);
  const [one, two] = [lateness.watch(), lateness.watch()];
  clock.advance(1000);
  expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
  one();
  expect(clock.timers.size).toBe(1);
  two();
  expect(clock.timers.size).toBe(0);
});
