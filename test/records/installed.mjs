// What install({ functions: 'all' }) does to node:dns. Runs on any Node; fails with a message.

import assert from 'node:assert/strict';
import dns, * as dnsModule from 'node:dns';
import dnsPromises, * as promisesModule from 'node:dns/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { createResolver, getServers, install, uninstall } from '@doubao/resolver';

const { server, other } = JSON.parse(process.argv[2] ?? '{}');
const INSTALL = Symbol.for('doubao.resolver.install');
const require = createRequire(import.meta.url);
const RESOLVER = /^(?:resolve|reverse$|[gs]etServers$|Resolver$)/;

// The servers of Node's own functions, which install takes over where it is given none.
dns.setServers([other]);
syncBuiltinESMExports();

const holders = [
  [dns, dnsModule],
  [dnsPromises, promisesModule],
];
const originals = holders.map(([holder]) => ({ ...holder }));
const membersOf = (holder) => Object.keys(holder).filter((key) => RESOLVER.test(key));
const replaced = () =>
  holders.map(([holder, namespace], index) =>
    Object.keys(originals[index]).filter((key) => {
      assert.equal(namespace[key], holder[key], key);
      return holder[key] !== originals[index][key];
    }),
  );
const everything = holders.map(([holder]) => ['lookup', ...membersOf(holder)].toSorted());
const sorted = () => replaced().map((keys) => keys.toSorted());

assert.deepEqual(sorted(), [[], []]);

const system = install({ system: 'never', functions: 'all' });
assert.deepEqual([dns.getServers(), dnsPromises.getServers()], [[other], [other]]);
assert.deepEqual(await system.promises.resolve4('www.example.test'), ['198.51.100.1']);
uninstall();
assert.deepEqual(sorted(), [[], []]);

// Every function, for named imports and require too, with the original within reach.
const options = { servers: [server], system: 'never' };
const resolver = install({ ...options, functions: 'all' });
assert.deepEqual(sorted(), everything);
for (const [index, [holder]] of holders.entries()) {
  for (const key of everything[index]) assert.equal(holder[key][INSTALL], originals[index][key], key);
  for (const key of membersOf(holder)) assert.equal(holder[key].length, originals[index][key].length, key);
}
assert.equal(require('node:dns').resolveMx, dns.resolveMx);
assert.equal(dns.lookupService, originals[0].lookupService);

// They ask the resolver's servers, unless servers were set.
dns.setServers([server]);
const mx = [{ exchange: 'mail.example.test', priority: 10 }].map((record) =>
  Number.parseInt(process.versions.node, 10) >= 24 ? { ...record, type: 'MX' } : record,
);
assert.deepEqual(dns.getServers(), [server]);
assert.deepEqual(await dnsPromises.resolveMx('example.test'), mx);
assert.deepEqual(await promisify(dns.resolve)('example.test', 'MX'), mx);
assert.deepEqual(await resolver.promises.resolveMx('example.test'), mx);
assert.deepEqual(await new dns.promises.Resolver().resolve4('www.example.test'), ['192.0.2.1']);
class Mine extends dns.Resolver {}
assert.deepEqual(await promisify((name, done) => new Mine().resolve4(name, done))('www.example.test'), [
  '192.0.2.1',
]);

// setServers goes for resolve*, not for lookup nor for a Resolver that has its own; promises' for promises alone.
const apart = new dns.promises.Resolver();
apart.setServers([server]);
dns.setServers([other]);
assert.deepEqual([dns.getServers(), dnsPromises.getServers(), getServers()], [[other], [other], [other]]);
assert.deepEqual(await dnsPromises.resolve4('www.example.test'), ['198.51.100.1']);
assert.deepEqual(await apart.resolve4('www.example.test'), ['192.0.2.1']);
assert.deepEqual(await dnsPromises.lookup('www.example.test', 4), { address: '192.0.2.1', family: 4 });
dnsPromises.setServers([server]);
assert.deepEqual([dns.getServers(), dnsPromises.getServers()], [[other], [server]]);
assert.deepEqual(await promisify(dns.resolve4)('www.example.test'), ['198.51.100.1']);
assert.deepEqual(await dnsPromises.resolve4('www.example.test'), ['192.0.2.1']);
assert.deepEqual(originals[0].getServers(), [other]);

// A second install with fewer functions takes the others back, except what others have wrapped: that is passed on.
let wrapped = 0;
const { resolve4: installed } = dns;
dns.resolve4 = function wrapper(...given) {
  wrapped++;
  return installed.apply(this, given);
};
assert.equal(install({ ...options, functions: 'lookup' }), resolver);
assert.deepEqual(sorted(), [['lookup', 'resolve4'], ['lookup']]);
const passedOn = (name) =>
  new Promise((resolve) => {
    dns.resolve4(name, (error) => resolve(error.message));
  });
assert.equal(await passedOn('c-ares.example.test'), 'queryA ENOTFOUND c-ares.example.test');
assert.equal(wrapped, 1);

// And the first again.
install({ ...options, functions: 'all' });
assert.deepEqual(sorted(), everything);
dns.setServers([server]);
assert.deepEqual(await promisify(dns.resolve4)('www.example.test'), ['192.0.2.1']);
assert.equal(wrapped, 2);

// Wrong options change nothing.
assert.throws(() => install({ functions: 'some' }), { code: 'ERR_RESOLVER_OPTION', path: 'functions' });
assert.throws(() => createResolver({ functions: 'all' }), { code: 'ERR_RESOLVER_OPTION', path: 'functions' });
assert.deepEqual(sorted(), everything);

// An exception of a callback is uncaught, and the other callbacks run.
const outcomes = await new Promise((resolve) => {
  const seen = [];
  const see = (what) => seen.push(what) === 2 && resolve(seen);
  process.once('uncaughtException', ({ message }) => see(message));
  dns.resolve4('www.example.test', () => {
    throw new Error('mine');
  });
  dns.resolve4('www.example.test', (error, addresses) => see(addresses[0]));
});
assert.deepEqual(outcomes.toSorted(), ['192.0.2.1', 'mine']);

// A resolver of one's own has them too, and its end is the end of its questions.
const own = createResolver({ servers: [other], system: 'never' });
assert.deepEqual(await own.promises.resolve('www.example.test', 'A'), ['198.51.100.1']);
await own.close();
await assert.rejects(own.promises.resolveMx('example.test'), { code: 'EDESTRUCTION' });

uninstall();
assert.deepEqual(sorted(), [['resolve4'], []]);
dns.resolve4 = originals[0].resolve4;
uninstall();

// Resolvers that were used hold the process no longer than their questions.
globalThis.kept = [apart, new dns.Resolver(), own];
process.send?.('done');
process.disconnect();
