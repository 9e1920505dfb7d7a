// Two copies of the package, each with an addon of its own, in one thread. Argument: the name server.

import assert from 'node:assert/strict';
import dns, { lookup as imported } from 'node:dns';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [server] = process.argv.slice(2);
const INSTALL = Symbol.for('doubao.resolver.install');
const options = { servers: [server], hosts: false, search: [], system: 'never' };
const original = { lookup: dns.lookup, promises: dns.promises.lookup };
const load = (holder) =>
  import(
    pathToFileURL(
      join(import.meta.dirname ?? process.cwd(), holder, 'node_modules/@doubao/resolver/dist/index.js'),
    ).href
  );
const copies = { a: await load('a'), b: await load('b'), c: await load('c') };
const { a, b } = copies;
assert.notEqual(a.install, b.install);

const restored = () => {
  assert.equal(dns.lookup, original.lookup);
  assert.equal(dns.promises.lookup, original.promises);
  assert.equal(imported, original.lookup);
};
/** @returns how many lookups each copy has served */
const served = async (name, lookup = dns.lookup) => {
  const before = counts();
  const address = await new Promise((resolve, reject) => {
    lookup(name, 4, (error, found) => (error === null ? resolve(found) : reject(error)));
  });
  assert.equal(address, name === 'localhost' ? '127.0.0.1' : '192.0.2.1');
  return Object.fromEntries(
    Object.entries(counts())
      .map(([copy, count]) => [copy, count - before[copy]])
      .filter(([, count]) => count > 0),
  );
};
const resolvers = {};
const counts = () =>
  Object.fromEntries(
    Object.entries(resolvers).map(([copy, resolver]) => {
      const { lookups, mirror } = resolver.stats();
      return [copy, lookups + mirror.hits];
    }),
  );
const install = (copy) => {
  resolvers[copy] = copies[copy].install(options);
};

// The second replaces the first, and carries what the first had replaced: there are no two layers.
install('a');
const first = dns.lookup;
assert.equal(first[INSTALL], original.lookup);
install('b');
assert.notEqual(dns.lookup, first);
assert.equal(imported, dns.lookup);
assert.equal(dns.lookup[INSTALL], original.lookup);
assert.equal(dns.promises.lookup[INSTALL], original.promises);
assert.deepEqual(await served('one.test'), { b: 1 });

// Who had taken the first copy's function still has it.
assert.deepEqual(await served('one.test', first), { a: 1 });

// Each has a cache of its own, and both say so.
assert.deepEqual(resolvers.a.stats().copies, resolvers.b.stats().copies);
const known = resolvers.a.stats().copies;
assert.equal(known.length, 2);
assert.deepEqual(
  known.map(({ version }) => version),
  ['0.1.0', '0.1.0'],
);
assert.match(known[0].path, /[\\/]a[\\/]node_modules[\\/]@doubao[\\/]resolver[\\/]?$/);
assert.match(known[1].path, /[\\/]b[\\/]node_modules[\\/]@doubao[\\/]resolver[\\/]?$/);
assert.notEqual(known[0].addon, known[1].addon);
assert.equal(resolvers.a.stats().cacheEntries, 1);
assert.equal(resolvers.b.stats().cacheEntries, 1);
resolvers.a.invalidate('one.test');
assert.equal(resolvers.a.stats().cacheEntries, 0);
assert.equal(resolvers.b.stats().cacheEntries, 1);

// Errors of either are errors of both.
for (const [from, to] of [
  [a, b],
  [b, a],
]) {
  assert.throws(() => from.install({ server: [] }), to.ResolverOptionError);
  assert.throws(() => from.install({ server: [] }), to.ResolverError);
}
assert.ok(!(new Error('other') instanceof a.ResolverError));

// The one that was replaced takes nothing away, and comes back when it is installed again.
a.uninstall();
assert.deepEqual(await served('one.test'), { b: 1 });
assert.deepEqual(await served('localhost', first), {});
install('a');
assert.equal(dns.lookup, first);
assert.deepEqual(await served('two.test'), { a: 1 });
a.uninstall();
b.uninstall();
restored();

// In any order of uninstalling, Node's functions are back after the one that stands, and stay.
const orders = (left) =>
  left.length === 0
    ? [[]]
    : left.flatMap((one) => orders(left.filter((other) => other !== one)).map((rest) => [one, ...rest]));
for (const installed of orders(['a', 'b', 'c'])) {
  for (const uninstalled of orders(['a', 'b', 'c'])) {
    installed.forEach(install);
    let expected = installed.at(-1);
    for (const copy of uninstalled) {
      copies[copy].uninstall();
      if (copy === expected) expected = undefined;
      if (expected === undefined) restored();
      else assert.deepEqual(await served('two.test'), { [expected]: 1 });
    }
  }
}

// Wrapped by somebody who does not know us, once, whatever copy answers from within.
for (const installed of orders(['a', 'b'])) {
  for (const uninstalled of orders(['a', 'b'])) {
    const [inner, outer] = installed;
    install(inner);
    const wrapped = dns.lookup;
    let calls = 0;
    const wrapper = (...given) => {
      calls++;
      return wrapped(...given);
    };
    dns.lookup = wrapper;
    install(outer);
    assert.equal(dns.lookup, wrapper);
    assert.deepEqual(await served('two.test'), { [outer]: 1 });
    assert.equal(calls, 1);
    install(inner);
    assert.deepEqual(await served('two.test'), { [inner]: 1 });
    install(outer);
    for (const copy of uninstalled) {
      copies[copy].uninstall();
      assert.equal(dns.lookup, wrapper);
    }
    // The wrapper works on, over Node's own: a literal needs no server.
    calls = 0;
    const before = counts();
    const address = await new Promise((resolve) => dns.lookup('192.0.2.9', (_, found) => resolve(found)));
    assert.equal(address, '192.0.2.9');
    assert.equal(calls, 1);
    assert.deepEqual(counts(), before);
    assert.equal(dns.promises.lookup, original.promises);
    // Taken off, what it leaves behind is ours handing on; uninstalling puts Node's own back.
    dns.lookup = wrapped;
    install(inner);
    copies[inner].uninstall();
    restored();
  }
}

// The same for every function that can be replaced, and for copies that replace different ones.
const functionsOf = () => ({
  ...dns,
  ...Object.fromEntries(Object.entries(dns.promises).map(([key, value]) => [`promises.${key}`, value])),
});
const before = functionsOf();
const replaced = () => Object.keys(before).filter((key) => functionsOf()[key] !== before[key]);
for (const installed of orders(['a', 'b'])) {
  for (const uninstalled of orders(['a', 'b'])) {
    for (const copy of installed) copies[copy].install({ ...options, functions: 'all' });
    const all = replaced();
    assert.ok(all.includes('resolveMx') && all.includes('promises.reverse') && all.includes('Resolver'));
    for (const key of all) assert.equal(functionsOf()[key][INSTALL] ?? before[key], before[key]);
    for (const copy of uninstalled) copies[copy].uninstall();
    assert.deepEqual(replaced(), []);
  }
}
copies.a.install({ ...options, functions: 'all' });
copies.b.install(options);
assert.ok(replaced().includes('resolveMx'));
assert.deepEqual(await served('two.test'), { b: 1 });
a.uninstall();
assert.deepEqual(replaced(), ['lookup', 'promises.lookup']);
assert.deepEqual(await served('two.test'), { b: 1 });
b.uninstall();
restored();

// A wrapper around Node's own is set aside while we are installed, and is back afterwards.
const outside = (...given) => original.lookup(...given);
dns.lookup = outside;
install('a');
assert.equal(dns.lookup[INSTALL], outside);
assert.deepEqual(await served('two.test'), { a: 1 });
install('b');
assert.equal(dns.lookup[INSTALL], outside);
a.uninstall();
b.uninstall();
assert.equal(dns.lookup, outside);
dns.lookup = original.lookup;

// Somebody puts Node's own back by hand: the next install means it.
install('a');
dns.lookup = original.lookup;
install('a');
assert.deepEqual(await served('two.test'), { a: 1 });
a.uninstall();
restored();

// A copy that is loaded while a wrapper stands around another copy's function knows Node's own all the same.
install('a');
const beneath = dns.lookup;
dns.lookup = (...given) => beneath(...given);
const d = await load('d');
resolvers.d = d.install(options);
assert.deepEqual(await served('two.test'), { d: 1 });
resolvers.d = d.install({ ...options, system: 'only' });
assert.equal(
  await new Promise((resolve) => dns.lookup('localhost', 4, (_, found) => resolve(found))),
  '127.0.0.1',
);
process.stdout.write('{"copies":' + resolvers.d.stats().copies.length + '}\n');
