// Which family comes first, after each way to say so. Argument: the name server.

import dns from 'node:dns';
import { install } from '@doubao/resolver';

const options = { servers: [process.argv[2]], hosts: false, search: [], system: 'never' };
const orders = [];
const record = async () => {
  const found = await new Promise((resolve, reject) => {
    dns.lookup('orders.test', (error, _, family) => (error === null ? resolve(family) : reject(error)));
  });
  const promised = await dns.promises.lookup('orders.test');
  orders.push([dns.getDefaultResultOrder(), found === promised.family ? found : 'differs']);
};
install(options);
await record();
dns.setDefaultResultOrder('ipv4first');
await record();
dns.promises.setDefaultResultOrder('ipv6first');
await record();
dns.setDefaultResultOrder('ipv4first');
install({ ...options, ndots: 2 });
await record();
process.stdout.write(`${JSON.stringify(orders)}\n`);
