// The same files of the package, loaded again and again, as after resets of a module registry: older copies let go of
// what they hold, and come back if they are used. Arguments: a name server that answers, one that does not.

import assert from 'node:assert/strict';
import dns from 'node:dns';
import { cpSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setTimeout } from 'node:timers/promises';

const [answering, silent] = process.argv.slice(2);
const options = { servers: [answering], hosts: false, search: [], system: 'never' };
const dist = dirname(fileURLToPath(import.meta.resolve('@doubao/resolver')));
let loads = 0;
const load = async () => {
  const copy = `${dist}-${process.pid}-${loads++}`;
  cpSync(dist, copy, { recursive: true });
  return import(pathToFileURL(`${copy}/index.js`).href);
};
const address = async (lookup) =>
  new Promise((resolve) => lookup('reloaded.test', 4, (error, found) => resolve(error?.code ?? found)));

/** @returns once a copy has let go: what its resolver counts is gone then */
const released = async (resolver) => {
  while (resolver.stats().upstreams.length > 0) await setTimeout(10);
};

const first = await load();
const old = first.install(options);
const oldLookup = dns.lookup;
assert.equal(await address(oldLookup), '192.0.2.1');
assert.equal(old.stats().queriesSent, 1);

// The new copy has the cache of the old one, which is closed a while later.
const second = await load();
const resolver = second.install(options);
assert.equal(await address(dns.lookup), '192.0.2.1');
await released(old);
assert.equal(resolver.stats().queriesSent, 1);
assert.equal(resolver.stats().copies.length, 1);

// Who kept a function of the old copy opens it again.
assert.equal(await address(oldLookup), '192.0.2.1');
assert.equal(old.stats().queriesSent, 1);
assert.equal(old.stats().mirror.entries, 1);
assert.equal(await address(dns.lookup), '192.0.2.1');

// What is pending is not cut short, nor what somebody has opened for himself closed.
second.install({ ...options, servers: [silent], deadline: 2500 });
const own = second.createResolver(options);
assert.equal((await own.promises.lookup('reloaded.test', 4)).address, '192.0.2.1');
const pending = address(dns.lookup);
const third = await load();
const later = third.install(options);
assert.equal(await address(dns.lookup), '192.0.2.1');
await released(old);
assert.equal(resolver.stats().waiters, 1);
assert.equal(await pending, 'EAI_AGAIN');
const fourth = await load();
fourth.install(options);
await released(resolver);
await released(later);
assert.equal((await own.promises.lookup('reloaded.test', 4)).address, '192.0.2.1');
assert.equal(own.stats().mirror.hits, 1);

// A resolver that its user has closed stays closed.
const closed = fourth.install(options);
await closed.close();
await assert.rejects(closed.promises.lookup('reloaded.test', 4), { code: 'EAI_CANCELED' });
assert.equal(await address(oldLookup), '192.0.2.1');
const fifth = await load();
const last = fifth.install(options);
await released(old);
await assert.rejects(closed.promises.lookup('reloaded.test', 4), { code: 'EAI_CANCELED' });
assert.equal((await last.promises.lookup('reloaded.test', 4)).address, '192.0.2.1');
process.stdout.write('"done"\n');
