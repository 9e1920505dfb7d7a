import http from 'node:http';
import { got } from 'got';
import { host, port, twentyTimes } from './twenty-times.mjs';

const agent = { http: new http.Agent({ keepAlive: false }) };

await twentyTimes(() => got(`http://${host}:${port}/`, { agent, retry: { limit: 0 } }).text());
