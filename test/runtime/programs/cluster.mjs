// A primary and two workers of a cluster, each with a resolver of its own.
import cluster from 'node:cluster';
import { createResolver } from '@doubao/resolver';

const { server } = JSON.parse(process.argv[2]);
const resolver = createResolver({ servers: [server], hosts: false, search: [] });

if (cluster.isPrimary) {
  const own = await resolver.promises.lookup('cluster.test', { family: 4 });
  cluster.setupPrimary({ args: process.argv.slice(2) });
  const answers = await Promise.all(
    [1, 2].map(
      () =>
        new Promise((resolve) => {
          let answer;
          const worker = cluster.fork();
          worker.on('message', (message) => (answer = message));
          worker.on('exit', (code) => resolve({ code, answer }));
        }),
    ),
  );
  process.send({ own, answers });
  process.disconnect();
} else {
  process.send(await resolver.promises.lookup('cluster.test', { family: 4 }));
  process.exit(0);
}
