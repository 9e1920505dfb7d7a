// For Jest and vitest: the registry of modules is reset and the package is loaded anew, as it is for each file of tests.

import dns from 'node:dns';

const runner = import.meta.jest ?? globalThis.vi;
const INSTALL = Symbol.for('doubao.resolver.install');
const options = { servers: [process.env.TEST_SERVER], hosts: false, search: [], system: 'never' };
const ROUNDS = 20;

it('each copy replaces the one before, and the last one takes everything away', async () => {
  const original = dns.lookup[INSTALL] ?? dns.lookup;
  const installed = new Set();
  let last;
  for (let round = 0; round < ROUNDS; round++) {
    runner.resetModules();
    last = await import('@doubao/resolver');
    const resolver = last.install(options);
    installed.add(dns.lookup);
    expect(dns.lookup[INSTALL]).toBe(original);
    const before = resolver.stats();
    const address = await new Promise((resolve, reject) => {
      dns.lookup('reset.test', 4, (error, found) => (error === null ? resolve(found) : reject(error)));
    });
    expect(address).toBe('192.0.2.1');
    // Had it wrapped the one before, both would have looked it up.
    expect(resolver.stats().lookups - before.lookups).toBe(1);
    expect(resolver.stats().copies).toHaveLength(1);
  }
  expect(installed.size).toBe(ROUNDS);
  last.uninstall();
  expect(dns.lookup).toBe(original);
});
