// Looks names up while libuv's only pool thread is stuck in open(2).
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, open, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResolver } from '@doubao/resolver';

const { server, lookups } = JSON.parse(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'blocked-pool-'));
const fifo = join(folder, 'fifo');
execFileSync('mkfifo', [fifo]);
let opened = false;
const released = new Promise((resolve) => {
  open(fifo, 'r', (error, descriptor) => {
    opened = true;
    resolve(error ?? descriptor);
  });
});
const resolver = createResolver({ servers: [server], hosts: false, search: [] });
let resolved = 0;
const atOnce = 200;
const ask = async (first) => {
  for (let number = first; number < lookups; number += atOnce) {
    const { address } = await resolver.promises.lookup(`n${number}.test`, { family: 4 });
    if (address === '192.0.2.1') resolved++;
  }
};
await Promise.all(Array.from({ length: atOnce }, (_, first) => ask(first)));
const stillBlocked = !opened;
const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
const descriptor = await released;
closeSync(writer);
if (typeof descriptor === 'number') closeSync(descriptor);
rmSync(folder, { recursive: true });
process.send({ resolved, stillBlocked });
process.disconnect();
