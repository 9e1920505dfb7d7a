import { expect, test } from 'vitest';
import { Silence } from './silence.ts';
import { FakeClock } from '@doubao/resolver-testbed/fake-clock';

function start() {
  const clock = new FakeClock();
  return { clock, silence: new Silence(clock) };
}

test('silence begins with what is owed', () => {
  const { clock, silence } = start();
  clock.advance(1_000_000);
  expect(silence.isLong).toBe(false);
  silence.sent();
  clock.advance(900);
  silence.sent();
  expect(silence.isLong).toBe(false);
  clock.advance(100);
  expect(silence.isLong).toBe(true);
});

test('an answer ends it, and what is still owed begins anew', () => {
  const { clock, silence } = start();
  silence.sent();
  silence.sent();
  clock.advance(800);
  silence.heard(true);
  clock.advance(999);
  expect(silence.isLong).toBe(false);
  clock.advance(1);
  expect(silence.isLong).toBe(true);
  silence.heard(false);
  clock.advance(100_000);
  expect(silence.isLong).toBe(false);
});

test('short deadlines add up; the time between queries does not count', () => {
  const { clock, silence } = start();
  for (let query = 1; query <= 5; query += 1) {
    expect(silence.isLong).toBe(false);
    silence.sent();
    clock.advance(200);
    silence.calledOff(false);
    clock.advance(60_000);
  }
  expect(silence.isLong).toBe(true);
  silence.sent();
  silence.heard(false);
  expect(silence.isLong).toBe(false);
});

test('a query called off while others wait changes nothing', () => {
  const { clock, silence } = start();
  silence.sent();
  clock.advance(500);
  silence.calledOff(true);
  clock.advance(500);
  expect(silence.isLong).toBe(true);
});

test('an event loop that was blocked for minutes has waited for a moment', () => {
  const { clock, silence } = start();
  silence.sent();
  clock.block(100_000);
  clock.advance(0);
  expect(silence.isLong).toBe(false);
  silence.calledOff(false);
  expect(silence.isLong).toBe(false);
});

test('nothing is timed while nothing is owed, and no timer keeps the process alive', () => {
  const { clock, silence } = start();
  silence.sent();
  expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
  silence.heard(false);
  expect(clock.timers.size).toBe(0);
  silence.sent();
  silence.end();
  expect(clock.timers.size).toBe(0);
});
