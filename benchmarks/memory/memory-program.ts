/**
 * Program: what a cache holds per name, and what that does to V8. Run with `--expose-gc`; its argument is a
 * {@link MemoryRun} in JSON.
 *
 * @module
 */
import dns from 'node:dns';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { NodeGCPerformanceDetail, PerformanceEntry } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { createResolver } from '@doubao/resolver';

/** What one process does. */
export interface MemoryRun {
  readonly contender: 'doubao-resolver' | 'cacheable-lookup';
  /** Endpoint of a server that knows every name. */
  readonly server: string;
  readonly names: number;
  /**
   * How often the names before the first reading are resolved, each time anew. V8 takes pages for as long as lookups go on,
   * and keeps them: this is no memory of any name.
   */
  readonly warmUps: number;
}

type Ask = (name: string) => Promise<unknown>;

interface Contender {
  readonly ask: Ask;
  /** Forgets every name. */
  forget(): void;
}

const concurrency = 500;
const mostAttempts = 5;
/** Fills what is bounded (the mirror) and what grows once (sockets, buffers, compiled code). */
const warmUpNames = 10_000;

async function contenderOf({ contender, server, names }: MemoryRun): Promise<Contender> {
  if (contender === 'doubao-resolver') {
    const { promises, invalidate } = createResolver({
      servers: [`udp://${server}`],
      hosts: false,
      search: [],
      // A and AAAA are entries of their own.
      cache: { maxEntries: 4 * (names + warmUpNames), maxBytes: 1024 ** 3 },
    });
    return { ask: (name) => promises.lookup(name, { all: true }), forget: () => invalidate() };
  }
  const { default: CacheableLookup } = await import('cacheable-lookup');
  const resolver = new dns.promises.Resolver();
  resolver.setServers([server]);
  const cacheable = new CacheableLookup({ resolver, maxTtl: 86_400, fallbackDuration: 0 });
  return { ask: (name) => cacheable.lookupAsync(name, { all: true }), forget: () => cacheable.clear() };
}

/** c-ares loses answers under load: who failed asks again. */
async function insist(ask: Ask, name: string): Promise<void> {
  for (let left = mostAttempts; ; left -= 1) {
    try {
      await ask(name);
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

async function askAll(ask: Ask, series: string, count: number): Promise<void> {
  let at = 0;
  const worker = async (): Promise<void> => {
    while (at < count) await insist(ask, `${series}${at++}.cache.test`);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Milliseconds that the collection of everything collectable takes. */
async function fullCollection(): Promise<number> {
  // What is on its way to being garbage (promises of this turn) gets there first.
  await turn();
  const start = performance.now();
  globalThis.gc?.();
  return performance.now() - start;
}

interface Held {
  /** The resident set without the pages of V8, of which many stay empty. */
  readonly native: number;
  /** What lives in V8's. */
  readonly heap: number;
}

function held(): Held {
  const { rss, heapUsed } = process.memoryUsage();
  return { native: rss - getHeapStatistics().total_physical_size, heap: heapUsed };
}

/** Octets that one reading has more than another. */
function growth(before: Held, after: Held): number {
  return after.native + after.heap - before.native - before.heap;
}

const run = JSON.parse(process.argv[2] ?? '') as MemoryRun;
const { ask, forget } = await contenderOf(run);
for (let round = 0; round < run.warmUps; round += 1) {
  forget();
  await askAll(ask, 'w', warmUpNames);
}
await fullCollection();
const collectionBefore = await fullCollection();
const before = held();
let longestPause = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { detail } = entry as PerformanceEntry & { readonly detail?: NodeGCPerformanceDetail };
    const forced = (detail?.flags ?? 0) & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED;
    if (forced === 0) longestPause = Math.max(longestPause, entry.duration);
  }
});
observer.observe({ entryTypes: ['gc'] });
const half = run.names / 2;
await askAll(ask, 'n', half);
await fullCollection();
const halfway = held();
await askAll(ask, 'm', half);
await fullCollection();
const collection = await fullCollection();
observer.disconnect();
const after = held();
const sample = {
  total: growth(before, after) / run.names,
  later: growth(halfway, after) / half,
  heap: (after.heap - before.heap) / run.names,
  collection: collection - collectionBefore,
  longestPause,
};
process.stdout.write(`${JSON.stringify(sample)}\n`, () => process.exit());
