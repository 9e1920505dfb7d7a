// Becomes part of a startup snapshot, as a bundle, and runs from it. TEST_SERVER is the name server.

import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import { install } from '@doubao/resolver';

const serverOf = () => ({ servers: [process.env.TEST_SERVER], hosts: false, search: [], system: 'never' });
let refusal;
try {
  install({ servers: ['127.0.0.1'] });
} catch ({ code, message }) {
  refusal = { code, message };
}
const isLoaded = () => readFileSync('/proc/self/maps', 'utf8').includes('/resolver.');
const whileBuilding = {
  refusal,
  native: isLoaded(),
  installed: Symbol.for('doubao.resolver.install') in dns.lookup,
};

v8.startupSnapshot.setDeserializeMainFunction(async () => {
  const resolver = install(serverOf());
  const answers = [];
  for (let turn = 0; turn < 3; turn++) answers.push((await dns.promises.lookup('snapshot.test', 4)).address);
  process.stdout.write(`${JSON.stringify({ whileBuilding, answers, hits: resolver.stats().mirror.hits })}\n`);
});
