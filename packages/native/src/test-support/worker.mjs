// A worker that does what `workerData.task` names, against the server at `workerData.serverPort`.

import { parentPort, workerData } from 'node:worker_threads';
import { loadBinding } from '../../dist/index.js';
import { TestPort } from './port.mjs';

const { task, serverPort, count } = workerData;
const port = new TestPort(loadBinding());
const handle = port.open(serverPort);

const tasks = {
  /** Waits for names that nobody answers, until it is terminated. */
  wait() {
    for (let index = 0; index < count; index++) void port.lookup(handle, `silent-${index}.example`);
    parentPort.postMessage('waiting');
  },
  /** Asks again and again, until it is terminated. */
  ask() {
    const askOne = async (lane) => {
      for (let round = 0; ; round++) await port.lookup(handle, `${lane}-${round}.example`);
    };
    for (let lane = 0; lane < count; lane++) void askOne(lane);
    parentPort.postMessage('asking');
  },
  /** Tells how the generations look, each time it is asked. */
  generations() {
    const view = port.binding.generations();
    parentPort.on('message', () => {
      parentPort.postMessage(Array.from({ length: 64 }, (_, slot) => Atomics.load(view, slot)));
    });
    parentPort.postMessage('ready');
  },
  /** Resolves one name and ends by itself. */
  async once() {
    parentPort.postMessage(await port.lookup(handle, 'once.example', 1));
  },
  /** Leaves while answers are on their way. */
  exit() {
    for (let index = 0; index < count; index++) void port.lookup(handle, `exit-${index}.example`);
    process.exit(3);
  },
};

await tasks[task]();
