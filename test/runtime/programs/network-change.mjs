// Runs in a namespace with an interface `testbed0`. Asks for a name that does not exist, twice, gives the machine another
// address, and asks again once that has been noticed. Says how many queries each step took.
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { createResolver } from '@doubao/resolver';
import { nxdomain, startDnsServer } from '@doubao/resolver-testbed';

const server = await startDnsServer({ onQuery: () => nxdomain() });
const servers = [`udp://${server.endpoint}`];
const resolver = createResolver({ servers, hosts: false, search: [], system: 'never' });

/** Queries for gone.test until the lookup of it has failed. */
async function lookUpGone() {
  const before = server.queries.length;
  const code = await resolver.promises.lookup('gone.test', { family: 4 }).catch((error) => error.code);
  return { code, queries: server.queries.length - before };
}

const first = await lookUpGone();
const cached = await lookUpGone();
execFileSync('ip', ['address', 'add', '10.9.8.8/24', 'dev', 'testbed0']);
// Interfaces are looked at once a second, while lookups happen.
while (resolver.stats().networkChanges === 0) {
  await resolver.promises.lookup('another.test', { family: 4 }).catch(() => undefined);
  await delay(20);
}
const afterwards = await lookUpGone();
const again = await lookUpGone();
process.stdout.write(JSON.stringify({ first, cached, afterwards, again }));
await resolver.close();
await server.close();
