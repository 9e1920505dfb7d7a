// Looks up names that the server is silent about, so many a second whether they are answered or not, and names that it
// knows all the while. Tells what became of each, and what memory was held in each second.
import { createResolver, failuresOf, ResolverOverloadedError } from '@doubao/resolver';

const { server, address, unknownPerSecond, knownPerSecond, known, seconds } = JSON.parse(process.argv[2]);

const resolver = createResolver({ servers: [server], hosts: false, search: [], system: 'never' });
const nameOf = (number) => `n${number % known}.known.test`;

// A turn of the event loop takes 512 answers; a turn's load must not be more.
const longestTurnMs = 20;
// A little more than that, for rounding.
const calls = new Uint8Array(2 * unknownPerSecond * seconds);
const unknown = { started: 0, settled: 0, overloaded: 0, other: new Set() };

function lookUpUnknown() {
  const number = unknown.started++;
  resolver.lookup(`u${number}.hole.test`, (error, found) => {
    calls[number] += 1;
    unknown.settled += 1;
    if (error?.code !== 'EAI_AGAIN') unknown.other.add(error?.code ?? found);
    else if (failuresOf(error).some((failure) => failure instanceof ResolverOverloadedError))
      unknown.overloaded += 1;
  });
}

const asked = { started: 0, settled: 0, failed: new Set() };

function lookUpKnown() {
  asked.started += 1;
  resolver.lookup(nameOf(asked.started), (error, found) => {
    asked.settled += 1;
    if (found === address) return;
    asked.failed.add(error === null ? found : [error.code, ...failuresOf(error)].join(', '));
  });
}

const samples = [];

function sample() {
  // What is garbage says nothing about a leak.
  globalThis.gc();
  const { cacheBytes, waiters, flights, sockets } = resolver.stats();
  samples.push({ rss: process.memoryUsage.rss(), cacheBytes, waiters, flights, sockets });
}

await Promise.all(Array.from({ length: known }, (_, number) => resolver.promises.lookup(nameOf(number))));
const before = resolver.stats();
const began = performance.now();
await new Promise((resolve) => {
  let last = began;
  const turn = () => {
    const now = performance.now();
    // Load does not wait for answers. What a machine too slow for it has missed is not made up for: that would be another
    // load, of bursts.
    const shareMs = Math.min(now - last, longestTurnMs);
    last = now;
    const over = now - began >= seconds * 1000;
    if (!over) for (let due = (shareMs * unknownPerSecond) / 1000; due > 0; due--) lookUpUnknown();
    for (let due = (shareMs * knownPerSecond) / 1000; due > 0; due--) lookUpKnown();
    if (!over && samples.length < Math.floor((now - began) / 1000)) sample();
    if (over && unknown.settled === unknown.started) resolve();
    else setTimeout(turn, 1);
  };
  turn();
});

const after = resolver.stats();
process.send({
  unknown: {
    ...unknown,
    once: calls.subarray(0, unknown.started).every((count) => count === 1),
    other: [...unknown.other],
  },
  known: [...asked.failed],
  samples,
  refreshes: after.refreshes - before.refreshes,
  overloadRejected: after.overloadRejected - before.overloadRejected,
  ioThreadRestarts: after.ioThreadRestarts,
});
await resolver.close();
process.disconnect();
