import { host, port, twentyTimes } from './twenty-times.mjs';

await twentyTimes(async () => {
  const response = await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } });
  return response.text();
});
