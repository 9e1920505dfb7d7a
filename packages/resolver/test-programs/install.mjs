// What install() and uninstall() do to the whole process. Runs on any Node; fails with a message.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import dns, { lookup as importedBefore } from 'node:dns';
import dnsPromises from 'node:dns/promises';
import * as namespace from 'node:dns';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install, lookup, uninstall } from '@doubao/resolver';

const INSTALL = Symbol.for('doubao.resolver.install');
const require = createRequire(import.meta.url);
const original = { lookup: dns.lookup, promises: dns.promises.lookup };
const restored = () => {
  assert.equal(dns.lookup, original.lookup);
  assert.equal(dnsPromises.lookup, original.promises);
  assert.equal(namespace.lookup, original.lookup);
};

// Importing alone changes nothing.
assert.equal(dns.lookup[INSTALL], undefined);
uninstall();
restored();

// Everywhere, for ESM named imports too.
const resolver = install({ system: 'never' });
const ours = dns.lookup;
assert.notEqual(ours, original.lookup);
assert.equal(namespace.lookup, ours);
assert.equal(require('node:dns').lookup, ours);
assert.equal(require('node:dns/promises').lookup, dns.promises.lookup);
assert.equal(ours[INSTALL], original.lookup);
assert.equal(dns.promises.lookup[INSTALL], original.promises);
assert.deepEqual(Object.keys(ours), []);
assert.deepEqual(await dnsPromises.lookup('localhost', 4), { address: '127.0.0.1', family: 4 });
assert.deepEqual(await dnsPromises.lookup('localhost', 4), { address: '127.0.0.1', family: 4 });
assert.equal(resolver.stats().mirror.hits, 1);

// The named import is a live binding.
assert.equal(importedBefore, ours);

// Again: other options, the same functions and the same resolver.
assert.equal(install({ system: 'never', ndots: 2 }), resolver);
assert.equal(dns.lookup, ours);
assert.throws(() => install({ server: [] }), { code: 'ERR_RESOLVER_OPTION', path: 'server' });
assert.equal(dns.lookup, ours);

// Node's own function ignores options that it does not know; the installed one has to.
await new Promise((resolve) => dns.lookup('localhost', { timeout: 'x', signal: 5 }, resolve));
assert.throws(() => lookup('uncached.test', { timeout: 'x' }, () => undefined), {
  code: 'ERR_INVALID_ARG_TYPE',
});

uninstall();
restored();
uninstall();
restored();

// Who kept ours gets Node's.
const hits = resolver.stats().mirror.hits;
await new Promise((resolve) => ours('localhost', 4, resolve));
assert.equal(resolver.stats().mirror.hits, hits);
assert.throws(() => ours('a'), { code: 'ERR_INVALID_ARG_TYPE' });

// Wrapped by others: the wrapper stays, ours hands on; installed again it works without a second layer.
install({ system: 'never' });
assert.equal(dns.lookup, ours);
let wrapped = 0;
const wrapper = (...args) => {
  wrapped++;
  return ours(...args);
};
dns.lookup = wrapper;
uninstall();
assert.equal(dns.lookup, wrapper);
assert.equal(dns.promises.lookup, original.promises);
await new Promise((resolve) => dns.lookup('localhost', 4, resolve));
assert.equal(resolver.stats().mirror.hits, hits);
install({ system: 'never' });
assert.equal(dns.lookup, wrapper);
const lookups = resolver.stats().lookups;
await new Promise((resolve) => dns.lookup('localhost', 4, resolve));
assert.equal(wrapped, 2);
assert.equal(resolver.stats().lookups, lookups + 1);
dns.lookup = ours;
uninstall();
restored();

// A second copy replaces, and knows Node's own.
install({ system: 'never' });
const folder = dirname(require.resolve('@doubao/resolver'));
const copyFolder = mkdtempSync(join(tmpdir(), 'resolver-copy-'));
try {
  cpSync(folder, join(copyFolder, 'dist'), { recursive: true });
  writeFileSync(join(copyFolder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(copyFolder, 'node_modules/@doubao'), { recursive: true });
  const native = dirname(dirname(require.resolve('@doubao/resolver-native')));
  symlinkSync(native, join(copyFolder, 'node_modules/@doubao/resolver-native'));
  const copy = await import(pathToFileURL(join(copyFolder, 'dist/index.js')).href);
  assert.notEqual(copy.install, install);
  const other = copy.install({ system: 'never' });
  assert.notEqual(other, resolver);
  assert.notEqual(dns.lookup, ours);
  assert.equal(dns.lookup[INSTALL], original.lookup);
  assert.equal(dns.promises.lookup[INSTALL], original.promises);
  assert.deepEqual(await dnsPromises.lookup('localhost', 4), { address: '127.0.0.1', family: 4 });

  // Errors of either are errors of both.
  const { ResolverError, ResolverOptionError } = await import('@doubao/resolver');
  assert.throws(() => copy.install({ server: [] }), ResolverOptionError);
  assert.throws(() => install({ server: [] }), copy.ResolverError);
  assert.ok(!(new Error('other') instanceof ResolverError));

  // The first copy leaves what is not its own.
  uninstall();
  assert.notEqual(dns.lookup, original.lookup);
  copy.uninstall();
  restored();
} finally {
  rmSync(copyFolder, { recursive: true });
}
