// OpenTelemetry's instrumentation of node:dns around and beneath ours. Argument: the name server.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { install, uninstall } from '@doubao/resolver';

const require = createRequire(import.meta.url);
const { DnsInstrumentation } = require('@opentelemetry/instrumentation-dns');
const {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} = require('@opentelemetry/sdk-trace-base');

const [server] = process.argv.slice(2);
const options = { servers: [server], hosts: false, search: [], system: 'never' };
const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const resolver = install(options);

/** @returns addresses, spans and lookups of ours: one of each way to look up */
const lookups = async (name) => {
  exporter.reset();
  const served = () => resolver.stats().lookups + resolver.stats().mirror.hits;
  const before = served();
  const dns = require('node:dns');
  const found = [
    await new Promise((resolve, reject) => {
      dns.lookup(name, { family: 4 }, (error, address) =>
        error === null ? resolve(address) : reject(error),
      );
    }),
    (await dns.promises.lookup(name, { family: 4 })).address,
  ];
  const spans = exporter.getFinishedSpans().map((span) => span.attributes['peer.ipv4']);
  return { found, spans, ours: served() - before };
};

const ours = ['192.0.2.1', '192.0.2.1'];
const nodes = ['127.0.0.1', '127.0.0.1'];

// Ours first: the tracer wraps it, each lookup is one span, hit or miss.
const instrumentation = new DnsInstrumentation();
instrumentation.setTracerProvider(tracerProvider);
for (let turn = 0; turn < 2; turn++) {
  assert.deepEqual(await lookups('traced.test'), { found: ours, spans: ours, ours: 2 });
}
assert.equal(resolver.stats().queriesSent, 1);
// As for Node's own function, this tracer's wrapper hides from promisify what the results are called.
assert.equal(await promisify(require('node:dns').lookup)('traced.test', { family: 4 }), '192.0.2.1');

// Uninstalled, the wrapper goes on over Node's own; installed again, over ours.
uninstall();
assert.deepEqual(await lookups('localhost'), { found: nodes, spans: nodes, ours: 0 });
assert.equal(install(options), resolver);
assert.deepEqual(await lookups('traced.test'), { found: ours, spans: ours, ours: 2 });

// The tracer leaves first.
instrumentation.disable();
assert.deepEqual(await lookups('traced.test'), { found: ours, spans: [], ours: 2 });
uninstall();
assert.deepEqual(await lookups('localhost'), { found: nodes, spans: [], ours: 0 });

// The tracer first: installing sets its wrapper aside, uninstalling brings it back.
instrumentation.enable();
assert.deepEqual(await lookups('localhost'), { found: nodes, spans: nodes, ours: 0 });
install(options);
assert.deepEqual(await lookups('traced.test'), { found: ours, spans: [], ours: 2 });
uninstall();
assert.deepEqual(await lookups('localhost'), { found: nodes, spans: nodes, ours: 0 });
process.stdout.write('"done"\n');
