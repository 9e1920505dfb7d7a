import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { host, port, twentyTimes } from './twenty-times.mjs';

await twentyTimes(async () => {
  const session = http2.connect(`https://${host}:${port}`);
  try {
    return await text(session.request({ ':path': '/' }));
  } finally {
    session.close();
  }
});
