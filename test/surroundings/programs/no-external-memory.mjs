// Where the embedder refuses external memory, as Electron does. Argument: the name server.

import assert from 'node:assert/strict';
import dns from 'node:dns';
import { Worker } from 'node:worker_threads';
import { createResolver, install, uninstall } from '@doubao/resolver';

const [server] = process.argv.slice(2);
const options = { servers: [server], hosts: false, search: [], system: 'never' };
const resolver = createResolver(options);
const addresses = async (name) =>
  (await resolver.promises.lookup(name, { all: true, family: 4 })).map(({ address }) => address);

// No mirror: hits are the native cache's.
for (let turn = 0; turn < 3; turn++) assert.deepEqual(await addresses('one.test'), ['192.0.2.1']);
const { mirror, queriesSent, cacheHits } = resolver.stats();
assert.deepEqual(mirror, { entries: 0, hits: 0 });
assert.equal(queriesSent, 1);
assert.equal(cacheHits, 2);
const called = await new Promise((resolve, reject) => {
  resolver.lookup('one.test', 4, (error, address) => (error === null ? resolve(address) : reject(error)));
});
assert.equal(called, '192.0.2.1');

// What is forgotten is asked for again.
resolver.invalidate('one.test');
assert.deepEqual(await addresses('one.test'), ['192.0.2.1']);
assert.equal(resolver.stats().queriesSent, 2);
resolver.invalidate();
assert.equal(resolver.peek('one.test'), undefined);

// Other options hold from the next lookup on.
install(options);
assert.equal((await dns.promises.lookup('two.test', 4)).address, '192.0.2.1');
install({ ...options, servers: ['udp://127.0.0.1:1'], deadline: 500 });
await assert.rejects(dns.promises.lookup('two.test', 4), { code: 'EAI_AGAIN' });
uninstall();

// In a worker thread as in the main one.
const program = `import('@doubao/resolver').then(async ({ createResolver }) => {
  const resolver = createResolver(${JSON.stringify(options)});
  for (let turn = 0; turn < 2; turn++) await resolver.promises.lookup('three.test', 4);
  require('node:worker_threads').parentPort.postMessage(resolver.stats().mirror);
});`;
const worker = new Worker(program, { eval: true });
assert.deepEqual(await new Promise((resolve) => worker.once('message', resolve)), { entries: 0, hits: 0 });
process.stdout.write('"done"\n');
