import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../test-support/fake-clock.ts';
import { DailyPrewarm, type PopularName } from './daily-prewarm.ts';
import { nextTimeOfDay } from './time-of-day.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = process.env['TZ'];

afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('the next time of day', () => {
  it.each([
    // Berlin is two hours ahead in summer, one in winter.
    ['Europe/Berlin', '02:00', '2026-06-01T10:00:00Z', '2026-06-02T00:00:00Z'],
    ['Europe/Berlin', '02:00', '2026-05-31T23:59:59.999Z', '2026-06-01T00:00:00Z'],
    ['Europe/Berlin', '02:00', '2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z'],
    ['Asia/Shanghai', '02:00', '2026-12-31T17:59:00Z', '2026-12-31T18:00:00Z'],
    ['Asia/Kolkata', '02:00', '2026-06-01T00:00:00Z', '2026-06-01T20:30:00Z'],
    // At 02:00 of 29 March clocks went to 03:00: 02:30 was skipped, and comes an hour of the clock later.
    ['Europe/Berlin', '02:30', '2026-03-28T12:00:00Z', '2026-03-29T01:30:00Z'],
    ['Europe/Berlin', '02:30', '2026-03-29T01:30:00Z', '2026-03-30T00:30:00Z'],
    // At 03:00 of 25 October clocks went to 02:00: 02:30 came twice, and the first counts.
    ['Europe/Berlin', '02:30', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
    ['Europe/Berlin', '02:30', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['Europe/Berlin', '02:30', '2026-10-25T01:10:00Z', '2026-10-26T01:30:00Z'],
    ['Australia/Lord_Howe', '01:45', '2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z'],
  ])('in %s %s after %s is %s', (tz, time, now, expected) => {
    process.env['TZ'] = tz;
    expect(new Date(nextTimeOfDay(time, Date.parse(now))).toISOString()).toBe(
      new Date(expected).toISOString(),
    );
  });

  it('comes once on each day of a year, whatever clocks do', () => {
    for (const tz of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC']) {
      process.env['TZ'] = tz;
      for (const time of ['00:00', '01:30', '02:00', '02:30', '03:00', '23:59']) {
        const days = new Set<string>();
        let now = Date.parse('2026-01-01T12:00:00Z');
        for (let day = 0; day < 365; day++) {
          const next = nextTimeOfDay(time, now);
          expect(next - now).toBeGreaterThan(0);
          days.add(new Date(next).toDateString());
          now = next;
        }
        expect(days.size).toBe(365);
      }
    }
  });
});

interface Stage {
  readonly clock: FakeClock;
  readonly daily: DailyPrewarm;
  readonly runs: { readonly at: number; readonly names: readonly string[]; readonly gapMs: number }[];
  readonly ownership: { owner: boolean };
}

function stage(popularity: (now: number) => PopularName[], random = 0): Stage {
  process.env['TZ'] = 'UTC';
  const clock = new FakeClock();
  const runs: { at: number; names: readonly string[]; gapMs: number }[] = [];
  const ownership = { owner: true };
  const daily = new DailyPrewarm('02:00', {
    clock,
    random: () => random,
    owns: () => ownership.owner,
    popularity: () => popularity(clock.wallMs()),
    paced: (names, gapMs) => {
      runs.push({ at: clock.wallMs() % DAY, names, gapMs });
      return Promise.resolve();
    },
  });
  return { clock, daily, runs, ownership };
}

const unused = (now: number): PopularName[] => [
  { name: 'busiest.test', weight: 100, lastUsedMs: now - 7 * DAY - 1 },
  { name: 'absolute.test.', weight: 85.1, lastUsedMs: now - 30 * DAY },
  { name: 'rare.test', weight: 85, lastUsedMs: now - 30 * DAY },
  { name: 'used.test', weight: 99, lastUsedMs: now - 7 * DAY },
];

it('runs once a day, within ten minutes of its time, for what is popular and unused', () => {
  const { clock, runs } = stage(unused, 0.5);
  clock.advance(3 * DAY);
  expect(runs).toHaveLength(3);
  for (const { at, names, gapMs } of runs) {
    expect(at).toBeGreaterThanOrEqual(2 * HOUR + 5 * 60_000);
    expect(at).toBeLessThanOrEqual(2 * HOUR + 5 * 60_000 + 1);
    expect(names).toEqual(['busiest.test.', 'absolute.test.']);
    // Two queries a name: the names that begin within any second ask at most twenty.
    expect(Math.ceil(1000 / gapMs) * 2).toBeLessThanOrEqual(20);
  }
});

it('leaves it to the owner, and sees when that changes', () => {
  const { clock, ownership, runs } = stage(unused);
  ownership.owner = false;
  clock.advance(DAY);
  expect(runs).toHaveLength(0);
  ownership.owner = true;
  clock.advance(DAY);
  expect(runs).toHaveLength(1);
});

it('a machine that slept through its time runs within the hour after waking', () => {
  const { clock, runs } = stage(unused);
  clock.sleep(DAY);
  clock.advance(HOUR);
  expect(runs).toHaveLength(1);
  clock.advance(30 * 60_000);
  expect(runs).toHaveLength(1);
});

it('holds no process, and ends when it is closed', () => {
  const { clock, daily, runs } = stage(unused);
  expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
  daily.close();
  expect(clock.timers.size).toBe(0);
  clock.advance(2 * DAY);
  expect(runs).toHaveLength(0);
});
