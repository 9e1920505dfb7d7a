// The package, required and imported. Argument: the name server.

const dns = require('node:dns');
const required = require('@doubao/resolver');

async function main() {
  const options = { servers: [process.argv[2]], hosts: false, search: [], system: 'never' };
  const imported = await import('@doubao/resolver');
  const same = Object.entries(imported).every(([name, value]) => required[name] === value);
  const { address: answer } = await required.createResolver(options).promises.lookup('required.test', 4);
  required.install(options);
  const { address: installed } = await dns.promises.lookup('required.test', 4);
  process.stdout.write(`${JSON.stringify({ same, answer, installed })}\n`);
}

void main();
