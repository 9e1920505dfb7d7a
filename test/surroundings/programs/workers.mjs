// Threads and processes of all kinds, under a preloaded `register`: who has ours, and does it answer.

import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import dns from 'node:dns';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, SHARE_ENV, Worker } from 'node:worker_threads';

/** As text too, for threads without a file. Without our servers a name would be looked up who knows where. */
async function look(module) {
  const ours = Symbol.for('doubao.resolver.install') in module.lookup;
  const name = ours && process.env.DOUBAO_RESOLVER_SERVERS !== undefined ? 'workers.test' : '192.0.2.1';
  const answers = [];
  for (let turn = 0; turn < 2; turn++) answers.push((await module.promises.lookup(name, 4)).address);
  return { ours, served: name !== '192.0.2.1', answers };
}

if (!isMainThread) parentPort.postMessage(await look(dns));
else if (cluster.isWorker) process.send(await look(dns), () => process.exit());
else if (process.argv[2] === 'forked') process.send(await look(dns));
else {
  const file = new URL(import.meta.url);
  const path = fileURLToPath(file);
  const asModule = `import dns from 'node:dns'; import { parentPort } from 'node:worker_threads'; ${look}
    parentPort.postMessage(await look(dns));`;
  const asScript = `${look}
    look(require('node:dns')).then((found) => require('node:worker_threads').parentPort.postMessage(found));`;
  const ownEnv = Object.entries(process.env).filter(([name]) => name.startsWith('DOUBAO_'));
  cluster.setupPrimary({ exec: path });
  const kinds = {
    file: new Worker(file),
    module: new Worker(new URL(`data:text/javascript,${encodeURIComponent(asModule)}`)),
    evaluated: new Worker(asScript, { eval: true }),
    ownEnv: new Worker(file, { env: Object.fromEntries(ownEnv) }),
    noEnv: new Worker(file, { env: {} }),
    sharedEnv: new Worker(file, { env: SHARE_ENV }),
    noFlags: new Worker(file, { execArgv: [] }),
    limited: new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    }),
    forked: fork(path, ['forked']),
    cluster: cluster.fork(),
  };
  const outcomes = await Promise.all(
    Object.entries(kinds).map(
      ([kind, worker]) =>
        new Promise((resolve, reject) => {
          let outcome;
          worker.once('message', (found) => (outcome = found));
          worker.once('error', reject);
          worker.once('exit', () => resolve([kind, outcome]));
        }),
    ),
  );
  process.stdout.write(`${JSON.stringify(Object.fromEntries(outcomes))}\n`);
}
