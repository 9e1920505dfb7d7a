/** Worker of {@link file://./native-hit-program.ts}: resolves every name, then keeps its resolver, and with it the cache, open. */
import { parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';
import { hostNames } from '../harness/name-server.ts';

const together = 100;
const { port } = workerData as { readonly port: number };
const resolver = createResolver({ servers: [`udp://127.0.0.1:${port}`] });

for (let from = 0; from < hostNames.length; from += together) {
  const names = hostNames.slice(from, from + together);
  await Promise.all(names.map((name) => resolver.promises.lookup(name, { all: true })));
}
parentPort?.postMessage('resolved');
parentPort?.once('message', () => resolver.close());
