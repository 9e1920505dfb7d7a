// Opens a resolver with a snapshot, finds what the file holds, looks something else up and closes, which saves; again and
// again, until it is killed. Tells of each time what it found.
import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { createResolver } from '@doubao/resolver';

const { server, path, anchor, names } = JSON.parse(process.argv[2]);
const warnings = [];
process.on('warning', ({ code, message }) => warnings.push(`${code}: ${message}`));

const options = {
  servers: [server],
  hosts: false,
  search: [],
  system: 'never',
  hedge: false,
  cache: { snapshot: { path, interval: 1 } },
};

for (let time = 0; ; time++) {
  const there = existsSync(path);
  const resolver = createResolver(options);
  await resolver.promises.lookup(`first-${process.pid}-${time}.test`);
  // Nobody has asked for it yet: it comes from the file.
  if (there) while (resolver.peek(anchor) === undefined) await turn();
  await Promise.all(names.map((name) => resolver.promises.lookup(name)));
  await resolver.close();
  process.send({ pid: process.pid, time, loaded: there, warnings: warnings.splice(0) });
}
