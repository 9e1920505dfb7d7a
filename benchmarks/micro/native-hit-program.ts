/**
 * Program: time of a lookup that the mirror misses and the native cache answers, because another worker has
 * resolved the name. Every pass over the names has a new resolver, whose mirror is empty. Its argument is the
 * {@link NativeHitRun} in JSON.
 *
 * @module
 */
import dns from 'node:dns';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createResolver, type DoubaoResolver } from '@doubao/resolver';
import { hostNames } from '../harness/name-server.ts';
import { timeOf } from './time-of-calls.ts';

/** Where NSD listens. */
export interface NativeHitRun {
  readonly port: number;
}

const { port } = JSON.parse(process.argv[2] ?? '') as NativeHitRun;
const hints = dns.ADDRCONFIG;
let addresses = 0;
let lookups = 0;

function lookUpAll({ lookup }: DoubaoResolver): Promise<void> {
  let at = 0;
  lookups += hostNames.length;
  return new Promise((resolve, reject) => {
    const call = (): void =>
      lookup(hostNames[at] as string, { family: undefined, hints, all: true }, (error, result) => {
        if (error) return reject(error);
        addresses += result.length;
        at += 1;
        if (at === hostNames.length) resolve();
        else call();
      });
    call();
  });
}

const worker = new Worker(new URL('./native-hit-worker.js', import.meta.url), { workerData: { port } });
await once(worker, 'message');
const options = { servers: [`udp://127.0.0.1:${port}`] };
let resolver: DoubaoResolver;
const time = await timeOf({
  passes: 20,
  calls: hostNames.length,
  // The budget says what a caller waits; compiling and collecting go on beside.
  wall: true,
  before: () => {
    resolver = createResolver(options);
  },
  run: () => lookUpAll(resolver),
  after: () => resolver.close(),
});
worker.postMessage('done');
await once(worker, 'exit');
if (addresses !== 2 * lookups) throw new Error('addresses are missing');
process.stdout.write(`${JSON.stringify({ time })}\n`, () => process.exit());
