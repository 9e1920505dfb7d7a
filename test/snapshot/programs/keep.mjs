// Looks names up with a resolver that keeps a snapshot, tells what it found, and ends in the way that the test asks for.
import { once } from 'node:events';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const input = JSON.parse(isMainThread ? process.argv[2] : workerData);
const { server, path, names, peeks = names, end, forget, options = {}, inWorker = false } = input;

const warnings = [];
process.on('warning', ({ code, message }) => warnings.push({ code, message }));

async function tell(message) {
  if (isMainThread) await new Promise((resolve) => process.send(message, resolve));
  else parentPort.postMessage(message);
}

async function run() {
  const resolver = createResolver({
    servers: [server],
    hosts: false,
    search: [],
    system: 'never',
    cache: { snapshot: { path }, ...options.cache },
  });
  const answers = {};
  for (const name of names) {
    answers[name] = await resolver.promises
      .lookup(name, { all: true })
      .then((all) => all.map(({ address }) => address))
      .catch(({ code }) => code);
  }
  const peeked = Object.fromEntries(peeks.map((name) => [name, resolver.peek(name)]));
  await tell({ answers, peeked, warnings, entries: resolver.stats().cacheEntries });
  if (forget !== undefined) resolver.invalidate(forget);
  if (end === 'close') await resolver.close();
  else if (end === 'process.exit') process.exit(0);
  else if (end === 'throw') {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
  } else if (end === 'kill') process.kill(process.pid, 'SIGKILL');
}

if (isMainThread && inWorker) {
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
  const [[message]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  await tell(message);
} else {
  await run();
}
// What holds the process is the channel to the test.
if (isMainThread) process.disconnect?.();
