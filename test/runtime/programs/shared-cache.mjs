// One worker thread resolves a name; a second one, started afterwards, finds it in the cache.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const { server, name } = JSON.parse(isMainThread ? process.argv[2] : workerData);

if (isMainThread) {
  const results = [];
  for (let number = 0; number < 2; number++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
    results.push(
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)),
    );
  }
  process.send({ results }, () => process.exit());
} else {
  const resolver = createResolver({ servers: [server], hosts: false, search: [] });
  parentPort.postMessage(await resolver.promises.lookup(name, { all: true }));
  // It stays: what is cached goes with the last resolver that uses it.
  parentPort.ref();
}
