// A program that does what its first argument names, against the server at the port of its second. What it finds
// goes to standard output, a line each.

import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { loadBinding } from '../../dist/index.js';
import { TestPort } from './port.mjs';

const [task, serverPort] = process.argv.slice(2);

function say(line) {
  process.stdout.write(`${line}\n`);
}

function open() {
  const port = new TestPort(loadBinding());
  return { port, handle: port.open(Number(serverPort)) };
}

async function resolveOnce() {
  const { port, handle } = open();
  return (await port.lookup(handle, 'program.example', 1)).addresses.join();
}

const tasks = {
  /** Ends by itself, since nothing is pending any more. */
  async idle() {
    say(await resolveOnce());
    process.once('exit', () => say('idle'));
  },
  /** Nothing but the lookup keeps this alive. */
  alive() {
    void resolveOnce().then(say);
  },
  exit() {
    const { port, handle } = open();
    for (let index = 0; index < 1000; index++) void port.lookup(handle, `${index}.example`);
    process.exit(7);
  },
  /** Leaves in the middle of a delivery. */
  async exitInDelivery() {
    const { port, handle } = open();
    port.onDelivery = () => process.exit(7);
    await port.lookup(handle, 'program.example');
  },
  /** The second delivery throws; the others come all the same. */
  async throwing() {
    const { port, handle } = open();
    process.on('uncaughtException', (error, origin) => say(`${origin}: ${error.message}`));
    port.onDelivery = ([record]) => {
      if (record.ticket === 2) throw new Error('second');
    };
    for (const name of ['a.example', 'b.example', 'c.example']) {
      say((await port.lookup(handle, name, 1)).addresses.join());
    }
  },
  /** Without a handler the exception ends the process, as one of a timer does. */
  async throwingUnhandled() {
    const { port, handle } = open();
    port.onDelivery = () => {
      throw new Error('nobody catches this');
    };
    await port.lookup(handle, 'a.example');
  },
  /** A worker is the first to load the addon, and is gone when this thread loads it. */
  async workerFirst() {
    const worker = new Worker(new URL('worker.mjs', import.meta.url), {
      workerData: { task: 'once', serverPort: Number(serverPort) },
    });
    const [record] = await once(worker, 'message');
    say(record.addresses.join());
    await once(worker, 'exit');
    say(await resolveOnce());
  },
  async fork() {
    say(await resolveOnce());
    const child = fork(fileURLToPath(import.meta.url), ['idle', serverPort], { stdio: 'inherit' });
    const [status] = await once(child, 'exit');
    say(`child ${status}`);
    say(await resolveOnce());
  },
  async cluster() {
    say(await resolveOnce());
    if (cluster.isWorker) {
      cluster.worker.disconnect();
      return;
    }
    const [status] = await once(cluster.fork(), 'exit');
    say(`worker ${status}`);
  },
};

await tasks[task]();
