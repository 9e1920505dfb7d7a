// Exits with lookups under way, from the main thread or from a worker.
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const { server, from } = JSON.parse(isMainThread ? process.argv[2] : workerData);

if (isMainThread && from === 'worker')
  new Worker(new URL(import.meta.url), { workerData: process.argv[2] }).on('exit', (code) =>
    process.exit(code),
  );
else {
  const resolver = createResolver({ servers: [server], hosts: false, search: [] });
  for (let number = 0; number < 200; number++) resolver.lookup(`exit${number}.test`, { family: 4 }, () => {});
  setImmediate(() => process.exit(7));
}
