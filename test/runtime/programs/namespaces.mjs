// Two worker threads look the same name up at different servers, changing over to the other server, invalidating and
// closing all the while. Each lookup must get the address of the server its resolver was made with.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

if (isMainThread) {
  const input = JSON.parse(process.argv[2]);
  const results = await Promise.all(
    [0, 1].map(
      (first) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: { ...input, first } });
          worker.once('message', resolve).once('error', reject);
        }),
    ),
  );
  process.send({
    lookups: results[0].lookups + results[1].lookups,
    wrong: [...results[0].wrong, ...results[1].wrong],
  });
  process.disconnect();
} else {
  const { servers, expected, name, first, rounds, seed } = workerData;
  let state = seed + first;
  const below = (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  let which = first;
  let resolver = createResolver({ servers: [servers[which]], hosts: false, search: [] });
  let lookups = 0;
  const wrong = [];
  for (let round = 0; round < rounds; round++) {
    const want = expected[which];
    const pending = Array.from({ length: 1 + below(3) }, async () => {
      try {
        const { address } = await resolver.promises.lookup(name, { family: 4 });
        if (address !== want) wrong.push(`${address} instead of ${want}`);
      } catch (error) {
        // A resolver that is closed under way fails its lookups, and never with an address.
        if (error.code !== 'EAI_CANCELED') throw error;
      }
      lookups++;
    });
    const action = below(8);
    if (action === 0) resolver.invalidate(name);
    if (action === 1) resolver.invalidate();
    if (action === 2) {
      // As a reload does it: the old one is left to end while the new one works.
      const old = resolver;
      which = 1 - which;
      resolver = createResolver({ servers: [servers[which]], hosts: false, search: [] });
      if (below(2) === 0) void old.close();
      else void Promise.all(pending).finally(() => old.close());
    }
    if (action > 3) await Promise.all(pending);
  }
  await resolver.close();
  parentPort.postMessage({ lookups, wrong });
}
