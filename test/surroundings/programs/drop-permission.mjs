// Looks a name up, gives up the permission to use the network, and looks it up again until that fails: answers that
// this thread holds are good for a second more. Argument: the name server.

import { createResolver } from '@doubao/resolver';

const resolver = createResolver({ servers: [process.argv[2]], hosts: false, search: [], system: 'never' });
await resolver.promises.lookup('kept.test', 4);
process.permission.drop('net');
const failure = async (name) => {
  try {
    await resolver.promises.lookup(name, 4);
  } catch (error) {
    return error.code;
  }
};
const atOnce = await failure('new.test');
let kept;
while (kept === undefined) {
  kept = await failure('kept.test');
  await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(`${JSON.stringify({ atOnce, kept, queries: resolver.stats().queriesSent })}\n`);
