// Looks one name up from four worker threads at once and tells what each got.
import { setImmediate as turn } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const patient = (server) => ({
  servers: [server],
  hosts: false,
  search: [],
  hedge: false,
  timeout: 60_000,
  tries: 1,
  deadline: 60_000,
});

if (isMainThread) {
  const { server, name, workers, lookups } = JSON.parse(process.argv[2]);
  const resolver = createResolver(patient(server));
  const running = Array.from(
    { length: workers },
    () => new Worker(new URL(import.meta.url), { workerData: { server, name, lookups } }),
  );
  const results = running.map(
    (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)),
  );
  // The first submission of this thread makes its statistics visible.
  while (resolver.stats().waiters < workers * lookups) await turn();
  process.send({ waiters: resolver.stats().waiters });
  process.send({ answers: (await Promise.all(results)).flat() });
  await resolver.close();
  process.disconnect();
} else {
  const { server, name, lookups } = workerData;
  const resolver = createResolver(patient(server));
  const all = await Promise.all(
    Array.from({ length: lookups }, () => resolver.promises.lookup(name, { all: true })),
  );
  parentPort.postMessage(
    all.map((addresses) =>
      addresses
        .map(({ address }) => address)
        .toSorted()
        .join(),
    ),
  );
  await resolver.close();
}
