import { Client } from 'pg';
import { host, port, twentyTimes } from './twenty-times.mjs';

await twentyTimes(async () => {
  const client = new Client({ host, port, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query("select 'hello' as greeting");
    return rows[0].greeting;
  } finally {
    await client.end();
  }
});
