// Looks a name up in a worker thread, which is ended from outside while it waits.

import { parentPort, workerData } from 'node:worker_threads';
import { createResolver } from '@doubao/resolver';

/** @type {{ servers: string[], name: string, options: import('@doubao/resolver').ResolverOptions }} */
const { servers, name, options } = workerData;

const resolver = createResolver({ servers, ...options });
resolver.lookup(name, (error, address) => {
  parentPort?.postMessage(error === null ? address : error.code);
});
