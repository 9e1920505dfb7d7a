/** A worker thread ends while its lookup waits: who shares the query is answered, and nobody else hears of it. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { hold } from '@doubao/resolver-testbed';
import { expect, it } from 'vitest';
import { genuine, goodAnswer, patience, setStage, until, victim, type Stage } from './stage.ts';

/** The same question in another thread. */
function lookUpInWorker({ server }: Stage): Worker {
  const options = { hosts: false, search: [], system: 'never', ...patience };
  return new Worker(new URL('look-up.mjs', import.meta.url), {
    workerData: { servers: [`udp://${server.endpoint}`], name: victim, options },
  });
}

/** Waiting lookups: the bystander's is always one of them. */
const waitingFor = async ({ resolver }: Stage, lookups: number): Promise<void> =>
  until(() => resolver.stats().waiters === lookups + 1);

it('the query of an ended worker goes on for the others', async () => {
  const held = hold(goodAnswer);
  await using stage = await setStage(held);
  const worker = lookUpInWorker(stage);
  await held.waitFor(1);
  const lookup = stage.lookUp();
  await waitingFor(stage, 2);
  await worker.terminate();
  await waitingFor(stage, 1);
  expect(stage.resolver.peek(victim)).toBeUndefined();
  await held.release();
  expect(await lookup).toEqual([genuine]);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(genuine);
});

it('the query of the only one who waited ends in the cache', async () => {
  const held = hold(goodAnswer);
  await using stage = await setStage(held);
  const worker = lookUpInWorker(stage);
  await held.waitFor(1);
  await worker.terminate();
  await waitingFor(stage, 0);
  await held.release();
  await until(() => stage.resolver.peek(victim) !== undefined);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(genuine);
});

it('answers that come while workers end reach those who stay, once', async () => {
  const held = hold(goodAnswer);
  await using stage = await setStage(held);
  const workers = Array.from({ length: 8 }, () => lookUpInWorker(stage));
  const heard = workers.map(() => 0);
  for (const [index, worker] of workers.entries())
    worker.on('message', () => (heard[index] = (heard[index] ?? 0) + 1));
  const lookups = Array.from({ length: 8 }, () => stage.lookUp());
  await waitingFor(stage, workers.length + lookups.length);
  const staying = workers.splice(0, 4);
  const ended = [...staying, ...workers].map((worker) => once(worker, 'exit'));
  await Promise.all([held.release(), ...workers.map((worker) => worker.terminate())]);
  for (const found of await Promise.all(lookups)) expect(found).toEqual([genuine]);
  await Promise.all(ended);
  expect(heard.slice(0, staying.length)).toEqual(staying.map(() => 1));
  for (const times of heard.slice(staying.length)) expect(times).toBeLessThanOrEqual(1);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(genuine);
});
