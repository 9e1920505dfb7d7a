import { expect, it } from 'vitest';
import { type Clock, openLoop, Outcome } from './open-loop.ts';

/** A clock that stands still unless it is moved; what is due happens in order. */
class FakeClock implements Clock {
  #now = 0;
  #due: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): void {
    this.#due.push({ at: this.#now + ms, callback });
  }

  /** @param lateMs how much later than due everything happens: the event loop is busy */
  run(untilMs: number, lateMs = 0): void {
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.at - b.at).find(({ at }) => at + lateMs <= untilMs);
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at + lateMs);
      next.callback();
    }
    this.#now = untilMs;
  }
}

const arrivals = Float64Array.of(0, 10, 20, 30);

it('starts each lookup at its time, however long those before take', async () => {
  const clock = new FakeClock();
  const log = openLoop({
    arrivals,
    clock,
    untilMs: 1000,
    start: (index, settled) => clock.after(100 * (index + 1), () => settled(Outcome.Good)),
  });
  clock.run(2000);
  const { starts, latencies, outcomes } = await log;
  expect(starts).toEqual(arrivals);
  expect(latencies).toEqual(Float64Array.of(100, 200, 300, 400));
  expect([...outcomes]).toEqual([Outcome.Good, Outcome.Good, Outcome.Good, Outcome.Good]);
});

it('counts from the arrival what a late start adds', async () => {
  const clock = new FakeClock();
  const log = openLoop({
    arrivals: Float64Array.of(5, 6),
    clock,
    untilMs: 1000,
    start: (_, settled) => settled(Outcome.Good),
  });
  clock.run(2000, 50);
  expect(await log).toMatchObject({
    starts: Float64Array.of(55, 55),
    latencies: Float64Array.of(50, 49),
  });
});

it('leaves as pending what has not ended when observation does', async () => {
  const clock = new FakeClock();
  const settlers: ((outcome: Outcome) => void)[] = [];
  const running = openLoop({ arrivals, clock, untilMs: 200, start: (_, settled) => settlers.push(settled) });
  clock.run(100);
  settlers[1]?.(Outcome.Failed);
  settlers[2]?.(Outcome.Wrong);
  clock.run(300);
  const log = await running;
  settlers[0]?.(Outcome.Good);
  expect([...log.outcomes]).toEqual([Outcome.Pending, Outcome.Failed, Outcome.Wrong, Outcome.Pending]);
  expect(log.latencies[1]).toBe(90);
});

it('ends without arrivals', async () => {
  const clock = new FakeClock();
  const log = openLoop({ arrivals: new Float64Array(), clock, untilMs: 10, start: () => undefined });
  expect((await log).outcomes).toHaveLength(0);
});
