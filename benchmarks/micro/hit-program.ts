/**
 * Program: CPU time or garbage of one cached lookup by one contender. Its argument is a {@link HitRun} in JSON.
 *
 * @module
 */
import dns from 'node:dns';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstAddress, hostNames } from '../harness/name-server.ts';
import { awaitLookup, callLookup, type Sink } from './call-lookup.ts';
import { timeOf } from './time-of-calls.ts';
import { prepareContender, type Contender, type ContenderName, type Shape } from './contender.ts';

/** What one process measures. */
export interface HitRun {
  readonly contender: ContenderName;
  readonly form: 'callback' | 'promise';
  readonly shape: Shape;
  readonly measure: 'time' | 'garbage';
  readonly port: number;
}

/** So many that their garbage is more than the young generation takes: of the floor's 15 MB, of slower contenders' no less. */
const sliceCalls: Readonly<Partial<Record<ContenderName, number>>> = {
  'cacheable-lookup': 20_000,
  'lookup-dns-cache': 20_000,
  undici: 20_000,
};
const mostSliceCalls = 50_000;
const warmUpCalls = 200_000;
const observedCalls = 50_000;
const warmUpTogether = 100;

const run = JSON.parse(process.argv[2] ?? '') as HitRun;
const sink: Sink = { octets: 0 };
const contender = await prepareContender(run.contender, run);
// All contenders are called through this property; the installed one stands there already.
Object.assign(dns, { lookup: contender.lookup });

function lookUp({ lookup }: Contender, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(name, { family: 4 }, (error: Error | null, address: string) => {
      if (error) reject(error);
      else resolve(address);
    });
  });
}

/** Fills the cache by the shape that is measured, after a check that the answers are NSD's. */
async function fill(): Promise<void> {
  for (let from = 0; from < hostNames.length; from += warmUpTogether) {
    const names = hostNames.slice(from, from + warmUpTogether);
    await Promise.all(
      names.map(async (name, offset) => {
        const address =
          run.contender === 'floor' ? firstAddress(from + offset) : await lookUp(contender, name);
        const expected = firstAddress(from + offset);
        if (address !== expected && address !== expected.replace('10.0', '10.1')) {
          throw new Error(`${name} resolved to ${address}`);
        }
      }),
    );
  }
}

function hits(count: number): Promise<void> {
  if (run.form === 'callback') return callLookup(run.shape, count, sink);
  if (contender.lookupPromise === undefined) throw new Error('has no promise form');
  return awaitLookup(contender.lookupPromise, run.shape, count, sink);
}

/** Octets a call; needs a young generation that holds all of them. */
async function garbage(): Promise<number> {
  await hits(warmUpCalls);
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  observer.observe({ entryTypes: ['gc'] });
  globalThis.gc?.();
  await sleep(50);
  collections = 0;
  const before = process.memoryUsage().heapUsed;
  await hits(observedCalls);
  const octets = (process.memoryUsage().heapUsed - before) / observedCalls;
  await sleep(50);
  if (collections > 0) throw new Error('garbage was collected while it was counted');
  return octets;
}

await fill();
const calls = sliceCalls[run.contender] ?? mostSliceCalls;
const sample =
  run.measure === 'time'
    ? { time: await timeOf({ calls, run: () => hits(calls) }) }
    : { garbage: await garbage() };
if (sink.octets === 0) throw new Error('no results');
process.stdout.write(`${JSON.stringify(sample)}\n`, () => process.exit());
