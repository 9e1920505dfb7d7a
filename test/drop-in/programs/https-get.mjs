import { once } from 'node:events';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { host, port, twentyTimes } from './twenty-times.mjs';

const agent = new https.Agent({ keepAlive: false });

await twentyTimes(async () => {
  const [response] = await once(https.get(`https://${host}:${port}/`, { agent }), 'response');
  return text(response);
});
