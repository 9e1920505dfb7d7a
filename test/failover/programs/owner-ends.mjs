// A worker thread decides a failover and ends; the main thread takes over what is in force.
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';
import { a, answer, drop, nodata, startDnsServer } from '@doubao/resolver-testbed';

let names = 0;

/** Looks new names up until `done` says so. */
async function until(resolver, done) {
  while (!done()) {
    await resolver.promises.lookup(`n${process.pid}-${isMainThread}-${++names}.load.example`, { family: 4 });
    await pause(4);
  }
}

const optionsFor = (primary, fallback) => ({
  servers: [`udp://${primary}`],
  fallback: [`udp://${fallback}`],
  hosts: false,
  search: [],
  system: 'never',
  // Nobody is probed while this runs.
  health: { probeInterval: 3_600_000 },
});

if (isMainThread) {
  const answering = (address) => (query) => (query.type === 'A' ? answer(a(address, 0)) : nodata());
  const primary = await startDnsServer({ onQuery: answering('198.18.0.1') });
  const fallback = await startDnsServer({ onQuery: answering('198.18.0.2') });
  const options = optionsFor(primary.endpoint, fallback.endpoint);
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  const say = () => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await say();
  const resolver = createResolver(options);
  await until(resolver, () => names >= 20);
  const elsewhere = resolver.stats().failover;
  primary.onQuery = () => drop();
  worker.postMessage('fail over');
  const before = await say();
  await worker.terminate();

  const events = [];
  for (const channel of ['failover', 'upstream', 'probe']) {
    subscribe(`doubao.resolver.${channel}`, ({ type }) => events.push(type));
  }
  primary.clearQueries();
  await until(resolver, () => resolver.stats().failover !== null);
  const next = names + 100;
  await until(resolver, () => names >= next);
  const { state, failovers, upstreams } = resolver.stats().failover;
  process.send({
    before,
    elsewhere,
    inherited: { state, failovers, down: upstreams[1].downReason },
    askedOfWhoIsDown: primary.queries.length,
    events,
  });
  await resolver.close();
  await Promise.all([primary.close(), fallback.close()]);
  process.disconnect();
} else {
  const resolver = createResolver(workerData);
  await until(resolver, () => resolver.stats().failover !== null);
  parentPort.postMessage('decides');
  await new Promise((resolve) => parentPort.once('message', resolve));
  await until(resolver, () => resolver.stats().failover.state === 'failed-over');
  parentPort.postMessage(resolver.stats().failover.state);
  setInterval(() => undefined, 1000);
}
