// Of ten callbacks that are due together, the third throws.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createResolver } from '@doubao/resolver';

const { server, cached } = JSON.parse(process.argv[2]);
const resolver = createResolver({ servers: [server], hosts: false, search: [] });
const storage = new AsyncLocalStorage();
if (cached) await resolver.promises.lookup('throw.test', { family: 4 });

const uncaught = [];
process.on('uncaughtException', (error) =>
  uncaught.push({ message: error.message, context: storage.getStore() }),
);
const called = [];
const order = [];
await new Promise((resolve) => {
  // Uncached, the server withholds its answer until all ten wait.
  for (let number = 1; number <= 10; number++) {
    storage.run(number, () => {
      resolver.lookup('throw.test', { family: 4 }, (error, address) => {
        called.push({ number, error, address, context: storage.getStore() });
        order.push(`callback ${number}`);
        process.nextTick(() => order.push(`tick ${number}`));
        void Promise.resolve().then(() => order.push(`microtask ${number}`));
        if (called.length === 10) setTimeout(resolve, 0);
        if (number === 3) throw new Error('the third');
      });
    });
  }
  const wait = () => (resolver.stats().waiters === 10 ? process.send('waiting') : setImmediate(wait));
  if (!cached) wait();
});
process.send({ uncaught, called, order });
process.disconnect();
