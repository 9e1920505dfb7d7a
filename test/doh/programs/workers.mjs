// Workers that ask, one that ends with queries in flight, and one that goes on.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const input = JSON.parse(process.argv[2]);
  const start = (role) => new Worker(new URL(import.meta.url), { workerData: { ...input, role } });
  const answers = [];
  for (const role of ['ask', 'ask']) {
    const worker = start(role);
    const ended = once(worker, 'exit');
    answers.push(...(await once(worker, 'message')));
    await ended;
  }
  const dying = start('die');
  await once(dying, 'message');
  await dying.terminate();
  const [last] = await once(start('ask'), 'message');
  process.send({ answers, last }, () => process.disconnect());
} else {
  const { createDohUpstream, createDotUpstream } = await import('@doubao/resolver-doh');
  const { addressIn, queryFor } = await import('./query.mjs');
  const { https, tls, caPath, role } = workerData;
  const ca = readFileSync(caPath);
  const upstreams = [
    createDohUpstream({ url: https, addresses: ['127.0.0.1'], ca }),
    createDotUpstream({ url: tls, ca }),
  ];
  const answered = await Promise.all(upstreams.map((upstream) => upstream.query(queryFor('www.test'))));
  if (role === 'die') {
    for (const upstream of upstreams) upstream.query(queryFor('silent.test')).catch(() => undefined);
    parentPort.postMessage('in flight');
  } else {
    parentPort.postMessage(answered.map(addressIn).join());
  }
}
