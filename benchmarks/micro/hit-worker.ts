/** Worker of {@link file://./workers-program.ts}: fills its cache, waits for the start, and looks up until time is over. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { fillCache } from './many-names.ts';
import type { WorkersRun } from './workers-program.ts';

const slice = 5000;
const warmUpCalls = 50_000;
const ms = 150;

const { contender, names, port } = workerData as WorkersRun;
const cache = await fillCache(contender, names, port);
await cache.lookUp(warmUpCalls);
parentPort?.postMessage('ready');
if (parentPort !== null) await once(parentPort, 'message');
const start = performance.now();
let lookups = 0;
while (performance.now() - start < ms) {
  await cache.lookUp(slice);
  lookups += slice;
}
parentPort?.postMessage((lookups / (performance.now() - start)) * 1000);
// A message that follows ends it: what it holds stays until the others have finished.
if (parentPort !== null) await once(parentPort, 'message');
process.exit();
