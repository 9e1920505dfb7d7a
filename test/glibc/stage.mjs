// Runs inside a machine that `machine.ts` has made. It furnishes the machine, then looks names up as told, by getaddrinfo
// (Node's own `dns.lookup`) and by the resolver under test. One JSON value a line, commands in, replies out.

import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import * as testbed from '@doubao/resolver-testbed';

/** @import { Answer, Furniture, NameScript, Request, Subject, Zone } from './machine.ts' */

const systemLookup = promisify(dns.lookup);

/** @type {testbed.DnsServer[]} */
const servers = [];

/** @type {import('@doubao/resolver').DoubaoResolver | undefined} */
let resolver;

/** @param {Furniture} furniture */
function furnish({ addresses = [], hostname = 'machine', loopbackOnly = false }) {
  writeFileSync('/proc/sys/kernel/hostname', hostname);
  if (loopbackOnly) return;
  const ip = (/** @type {string} */ command) => execFileSync('ip', command.split(' '));
  ip('link add test0 type veth peer name test1');
  for (const end of ['test0', 'test1']) {
    // A generated link-local address would count for ADDRCONFIG.
    ip(`link set ${end} addrgenmode none`);
    ip(`link set ${end} up`);
  }
  for (const address of addresses)
    ip(`addr add ${address} dev test0${address.includes(':') ? ' nodad' : ''}`);
  if (addresses.some((address) => !address.includes(':'))) ip('-4 route add default dev test0');
  if (addresses.some((address) => address.includes(':'))) ip('-6 route add default dev test0');
}

/** @param {NameScript | undefined} script @returns {testbed.Behaviour} */
function behaviourOf(script) {
  if (script === undefined || script === 'NXDOMAIN') return testbed.nxdomain();
  if (script === 'NODATA') return testbed.nodata();
  if (script === 'silent') return testbed.drop();
  if (typeof script === 'string') return testbed.failure(script);
  if ('A' in script) return testbed.byType({ A: behaviourOf(script.A), AAAA: behaviourOf(script.AAAA) });
  const v4 = script.filter((address) => !address.includes(':')).map((address) => testbed.a(address));
  const v6 = script.filter((address) => address.includes(':')).map((address) => testbed.aaaa(address));
  return testbed.byType({
    A: v4.length > 0 ? testbed.answer(...v4) : testbed.nodata(),
    AAAA: v6.length > 0 ? testbed.answer(...v6) : testbed.nodata(),
  });
}

/** @param {Zone} zone @returns {testbed.Behaviour} */
function fromZone(zone) {
  const scripts = new Map(Object.entries(zone));
  return (exchange) =>
    behaviourOf(scripts.get(exchange.query.name.toLowerCase()) ?? scripts.get('*'))(exchange);
}

/** The names that were asked for since the last call, in order, each as often as another came between. */
function takeAsked() {
  const queries = servers.flatMap((server) => server.queries).toSorted((one, other) => one.at - other.at);
  const names = queries.map((query) => query.name.toLowerCase());
  for (const server of servers) server.clearQueries();
  return names.filter((name, index) => name !== names[index - 1]);
}

/** @param {Subject} subject */
async function lookupOf(subject) {
  if (subject === 'getaddrinfo') return systemLookup;
  const { createResolver } = await import('@doubao/resolver');
  // Without getaddrinfo as its last resort: glibc is not to be compared with itself.
  resolver ??= createResolver({ system: 'never' });
  return resolver.promises.lookup;
}

const errors = new Map([
  [-3008, 'NXDOMAIN'],
  [-3007, 'NODATA'],
  [-3001, 'AGAIN'],
]);

const commands = {
  furnish: async (/** @type {Furniture} */ furniture) => {
    furnish(furniture);
    const { containers, resolved = false, tcpOnly = false } = furniture;
    /** @type {('udp' | 'tcp')[]} */
    const transports = tcpOnly ? ['tcp'] : ['udp', 'tcp'];
    for (const [address, zone] of Object.entries(furniture.servers ?? {})) {
      let behaviour = fromZone(zone);
      if (containers !== undefined) behaviour = testbed.dockerStub(containers, behaviour);
      if (resolved) behaviour = testbed.resolvedStub(behaviour);
      servers.push(await testbed.startDnsServer({ address, port: 53, transports, onQuery: () => behaviour }));
    }
  },

  /** @returns {Promise<Answer>} */
  lookup: async (/** @type {Subject} */ subject, /** @type {Request} */ request) => {
    const { name, family = 0, hints = 0, keep = false } = request;
    const lookup = await lookupOf(subject);
    if (!keep) resolver?.invalidate();
    takeAsked();
    try {
      const found = await lookup(name, { all: true, family, hints });
      return { found: found.map(({ address }) => address), asked: takeAsked() };
    } catch (error) {
      const { errno, code } = /** @type {NodeJS.ErrnoException} */ (error);
      return { found: errors.get(errno ?? 0) ?? String(code), asked: takeAsked() };
    }
  },
};

/** @param {unknown} value */
const reply = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...parameters] = JSON.parse(line);
  const run = /** @type {Record<string, (...parameters: any[]) => Promise<unknown>>} */ (commands)[command];
  try {
    reply({ value: await run?.(...parameters) });
  } catch (error) {
    reply({ error: error instanceof Error ? error.stack : String(error) });
  }
}
process.exit();
