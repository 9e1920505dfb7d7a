/**
 * Program: lookups by one contender, started at times given beforehand. Its argument is a {@link LoadRun} in JSON. It prints
 * a line when it is ready, reads one that says when the fault is, and prints a {@link LoadResult} at the end.
 *
 * @module
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { answeredBy, coldName, seededRandom, warmName } from '@doubao/resolver-testbed';
import { arrivalsBetween } from './arrivals.ts';
import type { ContenderName, Prepare } from './contenders/contender.ts';
import { openLoop, Outcome, type Clock } from './open-loop.ts';
import type { LoadResult, LoadRun } from './run.ts';
import { warmNames } from './surroundings.ts';

/** How many lookups of the names that the cache is to know are under way at once. */
const fillingAtOnce = 50;
/** Names of runs with another seed. */
const namesPerSeed = 1_000_000;

/** Module of each contender, and whether it has a cache to be filled. */
const modules: Record<ContenderName, { readonly path: string; readonly hasCache: boolean }> = {
  'doubao-resolver': { path: './contenders/doubao-resolver.js', hasCache: true },
  'dns.lookup': { path: './contenders/getaddrinfo.js', hasCache: false },
  'dns.resolve4': { path: './contenders/c-ares.js', hasCache: false },
  'cacheable-lookup': { path: './contenders/cacheable-lookup.js', hasCache: true },
  'undici interceptor': { path: './contenders/undici.js', hasCache: true },
};

const run = JSON.parse(process.argv[2] ?? '') as LoadRun;
const { path, hasCache } = modules[run.contender];
const { prepare } = (await import(path)) as { readonly prepare: Prepare };
const contender = prepare(run.upstreams);

function look(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    contender.lookup(name, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function fillCache(): Promise<void> {
  const names = Array.from({ length: warmNames }, (_, index) => warmName(index)).values();
  // Each takes the next name from the same iterator.
  const fill = async (): Promise<void> => {
    for (const name of names) await look(name);
  };
  await Promise.all(Array.from({ length: fillingAtOnce }, fill));
}

/** The time of the fault, on the clock of `process.hrtime`. */
async function faultTime(): Promise<bigint> {
  const lines = createInterface({ input: process.stdin });
  const [line] = (await once(lines, 'line')) as [string];
  lines.close();
  return BigInt(line);
}

function rounded(values: Float64Array): number[] {
  return Array.from(values, (value) => Math.round(value * 100) / 100);
}

// A contender is ready when it has resolved something, as it has in any process that is not new.
await look(coldName(namesPerSeed * run.seed));
if (run.names === 'warm' && hasCache) await fillCache();
console.log('ready');
const faultNs = await faultTime();
const sinceFault = (atNs: bigint): number => Number(atNs - faultNs) / 1e6;
const clock: Clock = {
  now: () => sinceFault(process.hrtime.bigint()),
  after: (ms, callback) => void setTimeout(callback, ms),
};
const random = seededRandom(run.seed);
const arrivals = arrivalsBetween(-run.warmUpMs, run.untilMs, run.perSecond, random);
const names = Array.from(arrivals, (_, index) =>
  run.names === 'warm'
    ? warmName(Math.floor(random() * warmNames))
    : coldName(namesPerSeed * run.seed + index + 1),
);
let staleBefore = 0;
clock.after(-clock.now(), () => (staleBefore = contender.staleServed?.() ?? 0));

const log = await openLoop({
  arrivals,
  clock,
  untilMs: run.untilMs + run.patienceMs,
  start(index, settled) {
    const name = names[index] ?? '';
    contender.lookup(name, (error, address) => {
      if (error !== null || address === undefined) settled(Outcome.Failed);
      else settled(answeredBy(name, [address]) === undefined ? Outcome.Wrong : Outcome.Good);
    });
  },
});
const stale = contender.staleServed?.();
const result: LoadResult = {
  arrivals: rounded(log.arrivals),
  starts: rounded(log.starts),
  latencies: rounded(log.latencies),
  outcomes: [...log.outcomes],
  ...(stale === undefined ? {} : { staleServed: stale - staleBefore }),
  happenings: (contender.happenings ?? []).map(({ what, atNs }) => ({ what, atMs: sinceFault(atNs) })),
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
