/**
 * Program: nanoseconds of a lookup that the mirror misses and the native cache answers, because another worker has
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
import { median } from '../harness/statistics.ts';

/** Where NSD listens. */
export interface NativeHitRun {
  readonly port: number;
}

const warmUpPasses = 200;
const timedPasses = 100;

const { port } = JSON.parse(process.argv[2] ?? '') as NativeHitRun;
const hints = dns.ADDRCONFIG;
let addresses = 0;

function lookUpAll({ lookup }: DoubaoResolver): Promise<void> {
  let at = 0;
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

/** Nanoseconds a lookup. */
async function pass(): Promise<number> {
  await using resolver = createResolver({ servers: [`udp://127.0.0.1:${port}`] });
  const start = process.hrtime.bigint();
  await lookUpAll(resolver);
  return Number(process.hrtime.bigint() - start) / hostNames.length;
}

const worker = new Worker(new URL('./native-hit-worker.js', import.meta.url), { workerData: { port } });
await once(worker, 'message');
for (let count = 0; count < warmUpPasses; count += 1) await pass();
const times: number[] = [];
for (let count = 0; count < timedPasses; count += 1) times.push(await pass());
worker.postMessage('done');
await once(worker, 'exit');
if (addresses !== (warmUpPasses + timedPasses) * hostNames.length * 2)
  throw new Error('addresses are missing');
process.stdout.write(`${JSON.stringify({ time: median(times) })}\n`, () => process.exit());
