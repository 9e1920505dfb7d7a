import http from 'node:http';
import axios from 'axios';
import { host, port, twentyTimes } from './twenty-times.mjs';

const httpAgent = new http.Agent({ keepAlive: false });

await twentyTimes(async () => (await axios.get(`http://${host}:${port}/`, { httpAgent })).data);
