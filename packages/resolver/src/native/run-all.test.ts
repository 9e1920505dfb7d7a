import { expect, it } from 'vitest';
import { runAll as runEach } from './run-all.ts';

function runAll(callbacks: readonly (() => unknown)[]): void {
  runEach(callbacks.map((run) => ({ run })));
}

/** Outside of any microtask, where the queues can be emptied. */
function inTurn(run: () => void): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => {
      run();
      resolve();
    });
  });
}

it('empties the queues of nextTick and microtasks between two callbacks', async () => {
  const events: string[] = [];
  await inTurn(() =>
    runAll([
      () => {
        process.nextTick(() => events.push('tick of 1'));
        void Promise.resolve().then(() => events.push('microtask of 1'));
        events.push('1');
      },
      () => events.push('2'),
    ]),
  );
  expect(events).toEqual(['1', 'tick of 1', 'microtask of 1', '2']);
});

it('lets an exception out at once and runs the rest in another turn', async () => {
  const events: string[] = [];
  const rest = new Promise<void>((resolve) => {
    setImmediate(() => {
      const callbacks = [
        () => events.push('1'),
        () => {
          throw new Error('of 2');
        },
        () => events.push('3'),
        () => resolve(),
      ];
      expect(() => runAll(callbacks)).toThrow('of 2');
      events.push('out');
    });
  });
  await rest;
  expect(events).toEqual(['1', 'out', '3']);
});
