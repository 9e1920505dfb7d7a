// Ways to end with lookups done, pending, or both. Arguments: the way, a name server that answers, one that does not.

import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

const [way, answering, silent] = isMainThread ? process.argv.slice(2) : workerData;
const options = { hosts: false, search: [], system: 'never' };
const resolver = createResolver({ ...options, servers: [answering] });
const pending = createResolver({ ...options, servers: [silent] });
const say = (text) => process.stdout.write(`${text}\n`);
const wait = () => {
  for (let number = 0; number < 50; number++) pending.lookup(`pending-${number}.test`, 4, () => undefined);
};

const ways = {
  /** Nothing is pending: the process ends, although sockets and the thread are there. */
  idle() {
    resolver.lookup('idle.test', 4, (error, address) => say(address));
  },
  /** A hit is answered on a later tick, which must not be lost. */
  hit() {
    resolver.lookup('hit.test', 4, () => {
      resolver.lookup('hit.test', 4, (error, address) => say(address));
    });
  },
  callback() {
    wait();
    resolver.lookup('exit.test', 4, () => process.exit(7));
  },
  promise() {
    wait();
    void resolver.promises.lookup('exit.test', 4).then(() => process.exit(7));
  },
  /** What exit listeners start is never answered, and hinders nothing. */
  listener() {
    wait();
    process.on('exit', () => {
      wait();
      resolver.lookup('late.test', 4, () => say('too late'));
      say(resolver.stats().waiters > 0 ? 'exiting' : 'nothing pending');
    });
    resolver.lookup('exit.test', 4, () => process.exit(7));
  },
  /** Work begun when nothing was left goes on until it is done. */
  beforeExit() {
    process.once('beforeExit', () => resolver.lookup('again.test', 4, (error, address) => say(address)));
  },
  thrown() {
    wait();
    resolver.lookup('thrown.test', 4, () => {
      throw new Error('thrown by a callback');
    });
  },
  caught() {
    process.once('uncaughtException', ({ message }) => {
      say(message);
      process.exit(7);
    });
    ways.thrown();
  },
  rejected() {
    wait();
    void resolver.promises.lookup('rejected.test', 4).then(() => {
      throw new Error('thrown by a continuation');
    });
  },
  abort() {
    wait();
    resolver.lookup('abort.test', 4, () => process.abort());
  },
  /** For the test to end by a signal. */
  signal() {
    wait();
    resolver.lookup('signal.test', 4, () => process.kill(process.pid, 'SIGTERM'));
  },
};

if (way.startsWith('worker-') && isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: [way, answering, silent] });
  worker.once('error', ({ message }) => say(message));
  worker.once('message', () => void worker.terminate());
  worker.once('exit', (code) => {
    // The main thread goes on as if nothing had been.
    resolver.lookup('main.test', 4, (error, address) => say(`${code} ${address}`));
  });
} else if (way === 'worker-terminated') {
  wait();
  resolver.lookup('terminated.test', 4, () => parentPort.postMessage('now'));
} else {
  ways[way.replace('worker-', '')]();
}
