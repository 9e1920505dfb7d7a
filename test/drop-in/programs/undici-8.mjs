import { request } from 'undici8';
import { host, port, twentyTimes } from './twenty-times.mjs';

await twentyTimes(async () => {
  const { body } = await request(`http://${host}:${port}/`, { reset: true });
  return body.text();
});
