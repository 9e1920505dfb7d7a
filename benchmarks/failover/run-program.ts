/**
 * Program: one contender and the servers it asks, in a network of their own that ends with it. Its argument is a
 * {@link FailoverRun} in JSON. It prints `ready`, waits for a line, prints `quiet` when no more lookups arrive, and at the end
 * a {@link RunResult}.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startStage, type Stage } from '@doubao/resolver-testbed';
import { faults } from './faults.ts';
import type { LookupLog } from './open-loop.ts';
import { busyShare, parseProcessorTime, type ProcessorTime } from './processor-time.ts';
import { QueryCount } from './query-count.ts';
import type { FailoverRun, LoadResult, LoadRun } from './run.ts';
import { resultOf } from './run-result.ts';
import { primaryAddress, roundTripMs, secondaryAddress, warmNames, warmTtlSeconds } from './surroundings.ts';

const loadProgram = fileURLToPath(new URL('./load-program.js', import.meta.url));
/** Between the word that it begins and the first arrival: what it takes to hand on the word. */
const leadMs = 30;
const dnsPort = 53;

const run = JSON.parse(process.argv[2] ?? '') as FailoverRun;
const isOurs = run.contender === 'doubao-resolver';

function start(): Promise<Stage> {
  return startStage({
    ...(run.hasFallback && !isOurs ? { secondary: 'nsd' } : {}),
    fallbacks: run.hasFallback && isOurs ? ['doh'] : [],
    warmNames,
    warmTtlSeconds,
    primaryDelayMs: roundTripMs,
    fallbackDelayMs: roundTripMs,
    seed: run.seed,
    endpoints: {
      primary: { address: primaryAddress, port: dnsPort },
      secondary: { address: secondaryAddress, port: dnsPort },
    },
    reportQueries: 'fallbacks',
  });
}

interface Load {
  /** Told to begin; resolves at its end. */
  begin(faultNs: bigint): Promise<LoadResult>;
}

async function startLoad({ fallbacks: [fallback], authority }: Stage): Promise<Load> {
  const { contender, names, perSecond, seed, warmUpMs, untilMs, patienceMs } = run;
  const load: LoadRun = {
    contender,
    names,
    perSecond,
    seed,
    warmUpMs,
    untilMs,
    patienceMs,
    upstreams: {
      plain: run.hasFallback && !isOurs ? [primaryAddress, secondaryAddress] : [primaryAddress],
      fallback: fallback && { url: fallback.url, addresses: fallback.addresses },
    },
  };
  const child = spawn(run.node, [loadProgram, JSON.stringify(load)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority.certPath },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface({ input: child.stdout });
  const ended = once(child, 'close').then(([status]) => {
    throw new Error(`${contender} ended with ${status}`);
  });
  // Told by whoever waits for a line.
  ended.catch(() => undefined);
  const line = async (): Promise<string> => {
    const [text] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    return text;
  };
  if ((await line()) !== 'ready') throw new Error(`${contender} is not ready`);
  return {
    async begin(faultNs) {
      child.stdin.write(`${faultNs}\n`);
      return JSON.parse(await line()) as LoadResult;
    },
  };
}

function processorTime(): ProcessorTime {
  return parseProcessorTime(readFileSync('/proc/stat', 'utf8'));
}

async function word(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  await once(lines, 'line');
  lines.close();
}

await using stage = await start();
const load = await startLoad(stage);
console.log('ready');
await word();
const faultNs = process.hrtime.bigint() + BigInt((run.warmUpMs + leadMs) * 1e6);
const sinceFault = (): number => Number(process.hrtime.bigint() - faultNs) / 1e6;
const until = (ms: number): Promise<void> => setTimeout(ms - sinceFault());
const loaded = load.begin(faultNs);

const fault = run.fault === 'none' ? undefined : faults[run.fault];
const count = new QueryCount(stage);
await until(0);
const before = processorTime();
await count.begin();
await fault?.begin(stage);
const inForceMs = sinceFault();
if (run.clearMs !== undefined) {
  await until(run.clearMs);
  await fault?.end(stage);
}
await until(run.untilMs);
const busy = busyShare(before, processorTime());
console.log('quiet');
const result = await loaded;
const queries = run.clearMs === undefined ? await count.end() : undefined;
const toArray = (values: readonly number[]): Float64Array => Float64Array.from(values);
const log: LookupLog = {
  arrivals: toArray(result.arrivals),
  starts: toArray(result.starts),
  latencies: toArray(result.latencies),
  outcomes: Uint8Array.from(result.outcomes),
};
const { staleServed, happenings } = result;
console.log(JSON.stringify(resultOf(run, { log, queries, staleServed, happenings, busy, inForceMs })));
