import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { loadBinding } from './load.ts';
import { TestPort } from './test-support/port.mjs';

const binding = loadBinding();

function counters(): number[] {
  const view = binding.generations();
  if (view === null) throw new Error('Node maps external memory');
  return Array.from(view, (_, slot) => Atomics.load(view, slot));
}

it('is one view of 64 counters', () => {
  const view = binding.generations();
  expect(view).toBeInstanceOf(Uint32Array);
  expect(view).toHaveLength(64);
  expect(binding.generations()).toBe(view);
});

it('shows this thread and workers the same counters as they move', async () => {
  const port = new TestPort(binding);
  const handle = port.open(9);
  const worker = new Worker(new URL('test-support/worker.mjs', import.meta.url), {
    workerData: { task: 'generations', serverPort: 9 },
  });
  await once(worker, 'message');
  const before = counters();
  binding.invalidate(handle);
  const after = counters();
  expect(after).not.toEqual(before);
  worker.postMessage('now');
  expect(await once(worker, 'message')).toEqual([after]);
  await worker.terminate();
  binding.close(handle);
});
