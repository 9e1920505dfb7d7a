// Runs under register. Looks up names of its own through Node's function until the answer is the one that the test waits
// for, and says which warnings there were meanwhile. With `threads`, each worker thread does so too.
import dns from 'node:dns';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const warnings = [];
process.on('warning', ({ code, message }) => warnings.push({ code, message }));

let number = 0;

async function lookUpUntil(address) {
  for (;;) {
    const name = `n${++number}.t${isMainThread ? 0 : workerData.thread}.test`;
    const answer = await dns.promises.lookup(name, 4).then(
      (found) => found.address,
      ({ code }) => code,
    );
    if (answer === address) return;
    // Files are looked at once a second.
    await delay(20);
  }
}

async function untilWarned(code) {
  while (!warnings.some((warning) => warning.code === code)) {
    await dns.promises.lookup(`n${++number}.test`, 4).catch(() => undefined);
    await delay(20);
  }
}

async function handle({ address, warning }) {
  if (address !== undefined) await lookUpUntil(address);
  if (warning !== undefined) await untilWarned(warning);
  return warnings.splice(0);
}

if (isMainThread) {
  const { threads = 0 } = JSON.parse(process.argv[2]);
  const workers = Array.from(
    { length: threads },
    (_, index) => new Worker(new URL(import.meta.url), { workerData: { thread: index + 1 } }),
  );
  process.on('message', async (wanted) => {
    const all = workers.map(async (worker) => {
      worker.postMessage(wanted);
      const [warned] = await once(worker, 'message');
      return warned;
    });
    process.send({ warnings: await handle(wanted), ofThreads: await Promise.all(all) });
  });
} else {
  parentPort.on('message', async (wanted) => parentPort.postMessage(await handle(wanted)));
}
