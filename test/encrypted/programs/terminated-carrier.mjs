// A worker, whose resolver is the oldest, carries a query of the main thread's until it is terminated.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

if (isMainThread) {
  const { options } = JSON.parse(process.argv[2]);
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  await new Promise((resolve) => worker.once('message', resolve));
  const resolver = createResolver(options);
  const answer = resolver.promises.lookup('held.test');
  // Once the server has the query.
  process.once('message', () => void worker.terminate());
  process.send('asked');
  process.send({ answer: await answer }, () => process.disconnect());
} else {
  await createResolver(workerData).promises.lookup('first.test');
  parentPort.postMessage('ready');
  // Until it is terminated.
  setInterval(() => undefined, 1 << 30);
}
