import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { host, port, twentyTimes } from './twenty-times.mjs';

const agent = new http.Agent({ keepAlive: false });

await twentyTimes(async () => {
  const [response] = await once(http.get(`http://${host}:${port}/`, { agent }), 'response');
  return text(response);
});
