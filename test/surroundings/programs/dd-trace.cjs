// dd-trace around ours, and the other way round. Arguments: the name server, who comes first.

const [server, first] = process.argv.slice(2);
const options = { servers: [server], hosts: false, search: [], system: 'never' };
const INSTALL = Symbol.for('doubao.resolver.install');

async function main() {
  const assert = require('node:assert/strict');
  const { promisify } = require('node:util');
  let resolver;
  const { install, uninstall } = await import('@doubao/resolver');
  if (first === 'ours') resolver = install(options);
  const tracer = require('dd-trace').init({ startupLogs: false, plugins: true });
  // Only what is required after the start is wrapped.
  const dns = require('node:dns');
  const { channel } = require('node:diagnostics_channel');
  let starts = 0;
  let spans = 0;
  channel('apm:dns:lookup:start').subscribe(() => starts++);
  channel('apm:dns:lookup:finish').subscribe(({ currentStore }) => {
    if (currentStore?.span !== undefined) spans++;
  });
  const lookups = async (name) => {
    starts = spans = 0;
    const served = () =>
      resolver === undefined ? 0 : resolver.stats().lookups + resolver.stats().mirror.hits;
    const before = served();
    const found = [
      await new Promise((resolve, reject) => {
        dns.lookup(name, { family: 4 }, (error, address) =>
          error === null ? resolve(address) : reject(error),
        );
      }),
      (await promisify(dns.lookup)(name, { family: 4 })).address,
    ];
    return { found, starts, spans, ours: served() - before };
  };
  const ours = ['192.0.2.1', '192.0.2.1'];
  const nodes = ['127.0.0.1', '127.0.0.1'];
  if (first === 'ours') {
    for (let turn = 0; turn < 2; turn++) {
      assert.deepEqual(await lookups('traced.test'), { found: ours, starts: 2, spans: 2, ours: 2 });
    }
    // It copies properties: its wrapper looks like a function of ours, and is none.
    const wrapper = dns.lookup;
    assert.notEqual(wrapper[INSTALL], undefined);
    install(options);
    assert.equal(dns.lookup, wrapper);
    uninstall();
    assert.equal(dns.lookup, wrapper);
    assert.deepEqual(await lookups('localhost'), { found: nodes, starts: 2, spans: 2, ours: 0 });
    install(options);
    assert.deepEqual(await lookups('traced.test'), { found: ours, starts: 2, spans: 2, ours: 2 });
  } else {
    const wrapper = dns.lookup;
    assert.deepEqual(await lookups('localhost'), { found: nodes, starts: 2, spans: 2, ours: 0 });
    resolver = install(options);
    assert.deepEqual(await lookups('traced.test'), { found: ours, starts: 0, spans: 0, ours: 2 });
    uninstall();
    assert.equal(dns.lookup, wrapper);
    assert.deepEqual(await lookups('localhost'), { found: nodes, starts: 2, spans: 2, ours: 0 });
  }
  assert.ok(tracer);
  process.stdout.write('"done"\n', () => process.exit());
}

void main();
