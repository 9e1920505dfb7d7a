// The main thread, whose resolver is the oldest, stands still until a worker has its answer.
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const TIMES_OUT_MS = 20_000;

if (isMainThread) {
  const { options } = JSON.parse(process.argv[2]);
  const resolver = createResolver(options);
  await resolver.promises.lookup('first.test');
  const state = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: { options, state } });
  await new Promise((resolve) => worker.once('message', resolve));
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
  const waited = Atomics.wait(state, 1, 0, TIMES_OUT_MS);
  await new Promise((resolve) => worker.once('exit', resolve));
  process.send({ waited, answer: Atomics.load(state, 1) }, () => process.disconnect());
} else {
  const { parentPort } = await import('node:worker_threads');
  const { options, state } = workerData;
  const resolver = createResolver(options);
  await resolver.promises.lookup('second.test');
  parentPort.postMessage('ready');
  Atomics.wait(state, 0, 0);
  const { family } = await resolver.promises.lookup('third.test').catch(() => ({ family: -1 }));
  Atomics.store(state, 1, family);
  Atomics.notify(state, 1);
  await resolver.close();
}
