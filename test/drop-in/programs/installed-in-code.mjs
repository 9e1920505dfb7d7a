// Calls `install` itself, instead of being started with `register`. The import keeps its name; what it stands for changes.
import { lookup } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { install } from '@doubao/resolver';
import { host, port, twentyTimes } from './twenty-times.mjs';

const { servers, timeout, deadline, hedge } = JSON.parse(process.argv[2]);
install({ servers, timeout, deadline, hedge });

const agent = new http.Agent({ keepAlive: false });

await twentyTimes(async () => {
  const [response] = await once(http.get(`http://${host}:${port}/`, { agent, lookup }), 'response');
  return text(response);
});
