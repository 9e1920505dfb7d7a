// A hot name expires, again and again, and in each round callers in several worker threads ask for it at once. The main
// thread tells when all have asked, and what they got.
import { once } from 'node:events';
import { promises as nodeDns } from 'node:dns';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const patience = { timeout: 60_000, tries: 1 };

function resolverFor(server, cache) {
  const ours = { hosts: false, search: [], system: 'never', hedge: false, deadline: 60_000 };
  return createResolver({ servers: [`udp://${server}`], ...ours, ...patience, cache });
}

// How callers share, or not.
const callersOf = {
  shared({ server, callers }) {
    const resolver = resolverFor(server, { stale: { maxAge: 0 } });
    return Array.from({ length: callers }, () => resolver);
  },
  apart({ server, callers, number }) {
    const namespaceOf = (caller) => `${number}-${caller}`;
    return Array.from({ length: callers }, (_, caller) =>
      resolverFor(server, { stale: { maxAge: 0 }, namespace: namespaceOf(caller) }),
    );
  },
  'c-ares'({ server, callers }) {
    const resolverOf = () => {
      const resolver = new nodeDns.Resolver(patience);
      resolver.setServers([server]);
      return resolver;
    };
    const callerOf = (resolver) => ({
      promises: {
        async lookup(name) {
          const [ipv4, ipv6] = await Promise.all([resolver.resolve4(name), resolver.resolve6(name)]);
          return [...ipv4, ...ipv6].map((address) => ({ address }));
        },
      },
      // It keeps nothing.
      stats: () => ({ mirror: { entries: 0 } }),
    });
    // One for all would lose answers: they share a socket and the room in it.
    return Array.from({ length: callers }, () => callerOf(resolverOf()));
  },
};

if (isMainThread) {
  const input = JSON.parse(process.argv[2]);
  const workers = Array.from(
    { length: input.workers },
    (_, number) => new Worker(new URL(import.meta.url), { workerData: { ...input, number } }),
  );
  const all = () => Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0]));
  for (let round = 0; round < input.rounds; round++) {
    const asking = all();
    for (const worker of workers) worker.postMessage('ask');
    await asking;
    const answered = all();
    process.send('asked');
    const answers = (await answered).flat();
    process.send({ answers: answers.length, different: [...new Set(answers)] });
    await once(process, 'message');
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  process.disconnect();
} else {
  const { name, mode, ttlMs } = workerData;
  const callers = callersOf[mode](workerData);
  let answered = -Infinity;
  parentPort.on('message', async () => {
    // Both families have outlived their TTL then, and what this thread holds in front of them.
    const expired = ({ stats }) => performance.now() > answered + ttlMs && stats().mirror.entries === 0;
    while (!callers.every(expired)) await pause(10);
    const lookups = callers.map((caller) => caller.promises.lookup(name, { all: true }));
    parentPort.postMessage('asked');
    const answers = await Promise.all(lookups);
    answered = performance.now();
    const texts = answers.map((addresses) =>
      addresses
        .map(({ address }) => address)
        .toSorted()
        .join(),
    );
    parentPort.postMessage(texts);
  });
}
