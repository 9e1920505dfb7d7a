import { expect, test } from 'vitest';
import { type Answered, closedLoop, type Load } from './closed-loop.ts';

const address = '192.0.2.1';
const names = Array.from({ length: 50 }, (_, index) => `name-${index}.test`);

/** Answers everything, a turn later and last come first; what is in flight is counted. */
function server(answer: (name: string) => Parameters<Answered>): {
  readonly ask: Load['ask'];
  readonly asked: string[];
  readonly inFlight: number[];
} {
  const asked: string[] = [];
  const inFlight: number[] = [];
  let waiting: { readonly name: string; readonly answered: Answered }[] = [];
  const turn = (): void => {
    const batch = waiting.toReversed();
    inFlight.push(batch.length);
    waiting = [];
    for (const { name, answered } of batch) answered(...answer(name));
  };
  const ask: Load['ask'] = (name, answered) => {
    asked.push(name);
    if (waiting.push({ name, answered }) === 1) setImmediate(turn);
  };
  return { ask, asked, inFlight };
}

test('asks for every name once and keeps as many in flight as it was told', async () => {
  const { ask, asked, inFlight } = server(() => [null, [address]]);
  const result = await closedLoop({ ask, names, address, concurrency: 20 });
  expect(asked).toEqual(names);
  expect(inFlight).toEqual([20, 20, 10]);
  expect(result.failures).toBe(0);
});

test('takes an address as lookup gives it, and counts errors and wrong answers as failures', async () => {
  const { ask } = server((name) => {
    if (name === 'name-3.test') return [new Error('no such name')];
    if (name === 'name-7.test') return [null, ['192.0.2.2']];
    if (name === 'name-9.test') return [null, []];
    return [null, address];
  });
  expect(await closedLoop({ ask, names, address, concurrency: 8 })).toMatchObject({ failures: 3 });
});

test('fewer names than places', async () => {
  const { ask, asked, inFlight } = server(() => [null, address]);
  await closedLoop({ ask, names: names.slice(0, 2), address, concurrency: 100 });
  expect(asked).toHaveLength(2);
  expect(inFlight).toEqual([2]);
});
