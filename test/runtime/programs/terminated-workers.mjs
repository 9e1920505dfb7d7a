// Starts worker threads and terminates each while its lookups are under way.
import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver, failuresOf } from '@doubao/resolver';

const options = (server) => ({
  servers: [server],
  hosts: false,
  search: [],
  hedge: false,
  timeout: 60_000,
  tries: 1,
  deadline: 60_000,
});

if (isMainThread) {
  const { silent, answering, workers, lookups } = JSON.parse(process.argv[2]);
  const resolver = createResolver(options(silent));
  const waiters = () => resolver.stats().waiters;
  const descriptors = () => readdirSync('/proc/self/fd').length;
  // The I/O thread, its descriptors and this resolver's first sockets come with the first lookup.
  await createResolver(options(answering)).promises.lookup('first.test', { family: 4 });
  const samples = [];
  let fewest = Infinity;
  for (let number = 0; number < workers; number++) {
    const kind = ['silent', 'answering', 'idle'][number % 3];
    const server = kind === 'silent' ? silent : answering;
    const worker = new Worker(new URL(import.meta.url), { workerData: { server, kind, lookups, number } });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    if (kind === 'silent') {
      while (waiters() < lookups) await turn();
      fewest = Math.min(fewest, waiters());
    }
    await worker.terminate();
    while (waiters() > 0) await turn();
    if (number % 10 === 9) {
      globalThis.gc();
      samples.push({ descriptors: descriptors(), rss: process.memoryUsage.rss() });
    }
  }
  process.send({ fewest, samples, waiters: waiters(), native: resolver.stats() });
  await resolver.close();
  process.disconnect();
} else {
  const { server, kind, lookups, number } = workerData;
  const resolver = createResolver(options(server));
  const pending = Array.from({ length: lookups }, (_, index) =>
    resolver.promises.lookup(`w${number}-${index}.test`, { family: 4 }).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(failuresOf(error))}`);
    }),
  );
  if (kind === 'idle') await Promise.all(pending);
  parentPort.postMessage('under way');
  await Promise.all(pending);
}
