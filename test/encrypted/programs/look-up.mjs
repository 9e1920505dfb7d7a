// Looks names up with the options it is given, and ends without closing anything.
import dns from 'node:dns';
import { createResolver, failuresOf, install } from '@doubao/resolver';

const { options, names, installed = false, together = false } = JSON.parse(process.argv[2]);

const resolver = createResolver({ hosts: false, search: [], system: 'never', ...options });
if (installed) install({ hosts: false, search: [], system: 'never', ...options });

/** Names that anybody but this program looked up. */
const lookedUp = [];
const ours = new Set(names);
for (const [owner, key] of [
  [dns, 'lookup'],
  [dns, 'resolve4'],
  [dns, 'resolve6'],
  [dns.promises, 'lookup'],
]) {
  const original = owner[key];
  owner[key] = function (name, ...rest) {
    if (!ours.has(name)) lookedUp.push(name);
    return original.call(this, name, ...rest);
  };
}

const lookUp = installed
  ? (name) => dns.promises.lookup(name, { all: true })
  : (name) => resolver.promises.lookup(name, { all: true });

async function outcomeOf(name) {
  try {
    return (await lookUp(name)).map(({ address }) => address).toSorted();
  } catch (error) {
    return { code: error.code, failures: [...new Set(failuresOf(error).map(({ status }) => status))] };
  }
}

const outcomes = [];
if (together) outcomes.push(...(await Promise.all(names.map(outcomeOf))));
else for (const name of names) outcomes.push(await outcomeOf(name));
const { upstreams } = resolver.stats();
process.send({ outcomes, lookedUp, upstreams }, () => process.disconnect());
