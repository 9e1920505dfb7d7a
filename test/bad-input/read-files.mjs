// Runs in a namespace whose files are spoiled: imports the resolver, looks a name up, then puts good files in their place
// and looks it up until they are in force. Prints what it saw as JSON.

import { renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { a, answer, byType, nodata, startDnsServer } from '@doubao/resolver-testbed';

/** @import { Observations, Task } from './system-files.test.ts' */

/** @type {Task} */
const { name, bystander, defaultAddress, otherAddress, repaired } = JSON.parse(process.argv[2] ?? '{}');

const serverFor = (/** @type {string} */ host, /** @type {string} */ address) =>
  startDnsServer({
    address: host,
    port: 53,
    onQuery: () => byType({ A: answer(a(address)), AAAA: nodata() }),
  });

// The default of resolv.conf, and what a repaired one or a line in a spoiled one names.
const servers = [await serverFor('127.0.0.1', defaultAddress), await serverFor('127.0.0.2', otherAddress)];

const { createResolver } = await import('@doubao/resolver');
const resolver = createResolver({ system: 'never' });

const found = async (/** @type {string} */ host) =>
  (await resolver.promises.lookup(host, { all: true })).map(({ address }) => address);

// Looked at together: the first lookup reads the files.
const [before, beside, loopback] = await Promise.all([found(name), found(bystander), found('localhost')]);
const shown = resolver.peek(name)?.addresses.map(({ address }) => address);
const warnings = [...resolver.stats().warnings];

for (const [path, text] of Object.entries(repaired)) {
  writeFileSync(`${path}.new`, text);
  // A folder cannot be replaced by a file; everything else is replaced at once.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) rmdirSync(path);
  renameSync(`${path}.new`, path);
}
let after = before;
while (after.join() === defaultAddress) {
  await nextTurn();
  after = await found(name);
}

/** @type {Observations} */
const observations = {
  before,
  beside,
  loopback,
  shown,
  warnings,
  after,
  laterWarnings: [...resolver.stats().warnings],
};
await resolver.close();
for (const server of servers) await server.close();
process.stdout.write(JSON.stringify(observations));
