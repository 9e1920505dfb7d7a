// What Node's functions say without permission to use the network, and what ours say. Argument: the name server.

import dns from 'node:dns';
import { readdirSync, readFileSync } from 'node:fs';
import { createResolver, install } from '@doubao/resolver';

const options = { servers: [process.argv[2]], hosts: false, search: [] };
const plain = (error) => ({ ...error, name: error.name, message: error.message, keys: Object.keys(error) });
const outcomes = async ({ lookup, promises, resolve4 }) => {
  const called = (call) =>
    new Promise((resolve) => call((error, value) => resolve(error ? plain(error) : value)));
  const promised = (promise) => promise.then((value) => value, plain);
  return {
    lookup: await called((done) => lookup('denied.test', done)),
    literal: await called((done) => lookup('192.0.2.7', done)),
    promise: await promised(promises.lookup('denied.test', { all: true })),
    promisedLiteral: await promised(promises.lookup('192.0.2.7')),
    record: await called((done) => resolve4('denied.test', done)),
    promisedRecord: await promised(promises.resolve4('denied.test')),
  };
};

const node = await outcomes(dns);
const own = createResolver(options);
const ours = await outcomes(own);
install({ ...options, functions: 'all' });
const installed = await outcomes(dns);
const { queriesSent, sockets } = own.stats();
const tasks = '/proc/self/task';
const threads = readdirSync(tasks).filter((task) =>
  readFileSync(`${tasks}/${task}/comm`, 'utf8').includes('doubao'),
);
process.stdout.write(`${JSON.stringify({ node, ours, installed, queriesSent, sockets, threads })}\n`);
