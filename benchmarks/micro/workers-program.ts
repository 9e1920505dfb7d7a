/**
 * Program: cached lookups a second in so many worker threads together. Its argument is a {@link WorkersRun} in JSON.
 *
 * @module
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ManyNamesContender } from './many-names.ts';

/** What one process measures. */
export interface WorkersRun {
  readonly contender: ManyNamesContender;
  readonly workers: number;
  /** Names in turn; more than a mirror holds are answered by the cache that the threads share. */
  readonly names: number;
  /** Where NSD listens. */
  readonly port: number;
}

const run = JSON.parse(process.argv[2] ?? '') as WorkersRun;
const workers: Worker[] = [];
for (let count = 0; count < run.workers; count += 1) {
  const worker = new Worker(new URL('./hit-worker.js', import.meta.url), { workerData: run });
  // One after the other: the first resolves the names, the others find them.
  await once(worker, 'message');
  workers.push(worker);
}
const rates = await Promise.all(
  workers.map(async (worker) => {
    worker.postMessage('go');
    const [rate] = (await once(worker, 'message')) as [number];
    return rate;
  }),
);
for (const worker of workers) worker.postMessage('end');
await Promise.all(workers.map((worker) => once(worker, 'exit')));
const rate = rates.reduce((sum, each) => sum + each, 0);
process.stdout.write(`${JSON.stringify({ rate })}\n`, () => process.exit());
