// Asks whatever the test wants, one query at a time or many at once, and tells what came of it.
import { readFileSync } from 'node:fs';
import { createDohUpstream } from '@doubao/resolver-doh';
import { addressIn, queryFor } from './query.mjs';

const { https, caPath, client } = JSON.parse(process.argv[2]);
const dependencies = client === undefined ? {} : { Client: (await import(client)).default };
const upstream = createDohUpstream(
  { url: https, addresses: ['127.0.0.1'], ca: readFileSync(caPath) },
  dependencies,
);

process.on('message', async ({ count, timeoutMs, end }) => {
  if (end) {
    await upstream.close();
    process.disconnect();
    return;
  }
  const queries = Array.from({ length: count }, (_, id) =>
    upstream.query(queryFor('www.test', id), { timeoutMs }).then(addressIn, (error) => error.code),
  );
  process.send(await Promise.all(queries));
});
await upstream.open();
process.send('open');
