import { expect, test } from 'vitest';
import { type Attempt, raceAddresses, RaceLost } from './address-race.ts';
import { FakeClock } from '@doubao/resolver-testbed/fake-clock';

interface Started extends Attempt<string> {
  readonly address: string;
  readonly succeed: () => void;
  readonly fail: () => void;
  isCancelled: boolean;
}

function race(addresses: string[], timeoutMs = 3000) {
  const clock = new FakeClock();
  const started: Started[] = [];
  const attempt = raceAddresses(
    addresses,
    (address) => {
      const { promise, resolve, reject } = withResolvers();
      const one: Started = {
        address,
        done: promise,
        succeed: () => resolve(address),
        fail: () => reject(new Error(address)),
        isCancelled: false,
        cancel: () => (one.isCancelled = true),
      };
      started.push(one);
      return one;
    },
    { clock, timeoutMs },
  );
  return { clock, attempt, started, names: () => started.map(({ address }) => address) };
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers() {
  let resolve!: (value: string) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<string>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the first address alone is asked while it is in time', async () => {
  const { clock, attempt, started, names } = race(['a', 'b']);
  clock.advance(249);
  started[0]?.succeed();
  await expect(attempt.done).resolves.toBe('a');
  clock.advance(10_000);
  expect(names()).toEqual(['a']);
  expect(clock.timers.size).toBe(0);
});

test('the next one starts after 250 ms; who is first wins, and the others are cancelled', async () => {
  const { clock, attempt, started, names } = race(['a', 'b', 'c']);
  clock.advance(250);
  expect(names()).toEqual(['a', 'b']);
  clock.advance(250);
  expect(names()).toEqual(['a', 'b', 'c']);
  started[1]?.succeed();
  await expect(attempt.done).resolves.toBe('b');
  expect(started.map(({ isCancelled }) => isCancelled)).toEqual([true, false, true]);
});

test('a late success of another is of no use to anybody, and it was cancelled', async () => {
  const { clock, attempt, started } = race(['a', 'b']);
  clock.advance(250);
  started[1]?.succeed();
  await attempt.done;
  started[0]?.succeed();
  await settled();
  expect(started[0]?.isCancelled).toBe(true);
  expect(started[1]?.isCancelled).toBe(false);
});

test('a failure starts the next at once', async () => {
  const { attempt, started, names } = race(['a', 'b']);
  started[0]?.fail();
  await settled();
  expect(names()).toEqual(['a', 'b']);
  started[1]?.succeed();
  await expect(attempt.done).resolves.toBe('b');
});

test('all failed: every reason is told, in order', async () => {
  const { attempt, started } = race(['a', 'b']);
  const failure = attempt.done.catch((error: unknown) => error);
  started[0]?.fail();
  await settled();
  started[1]?.fail();
  const error = await failure;
  expect(error).toBeInstanceOf(RaceLost);
  expect(error).toMatchObject({ timedOut: false, failures: [{ message: 'a' }, { message: 'b' }] });
});

test('nobody in time: all are cancelled', async () => {
  const { clock, attempt, started } = race(['a', 'b'], 1000);
  const failure = attempt.done.catch((error: unknown) => error);
  clock.advance(1000);
  expect(await failure).toMatchObject({ timedOut: true });
  expect(started.every(({ isCancelled }) => isCancelled)).toBe(true);
  expect(clock.timers.size).toBe(0);
});

test('cancelled: nothing goes on', async () => {
  const { clock, attempt, started, names } = race(['a', 'b']);
  const failure = attempt.done.catch((error: unknown) => error);
  attempt.cancel();
  expect(await failure).toBeInstanceOf(RaceLost);
  expect(started[0]?.isCancelled).toBe(true);
  clock.advance(10_000);
  expect(names()).toEqual(['a']);
});

test('no timer of it keeps the process alive', () => {
  const { clock } = race(['a', 'b']);
  expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false, false]);
});
