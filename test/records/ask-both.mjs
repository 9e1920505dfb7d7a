// Asks one server everything, first by this package and then by Node, and tells what differs.

import assert from 'node:assert';
import node from 'node:dns';
import ours from '@doubao/resolver';

const { server, questions } = JSON.parse(process.argv[2] ?? '{}');

/** @param {typeof node} dns */
async function answersOf(dns) {
  const callbacks = new dns.Resolver();
  const promises = new dns.promises.Resolver();
  for (const resolver of [callbacks, promises]) resolver.setServers([server]);
  const answers = [];
  for (const [method, ...given] of known) {
    answers.push(await settled(() => promises[method](...given)));
    answers.push(
      await settled(
        () =>
          new Promise((resolve, reject) => {
            callbacks[method](...given, (error, result) => (error ? reject(error) : resolve(result)));
          }),
      ),
    );
  }
  return answers;
}

async function settled(ask) {
  try {
    return { result: await ask() };
  } catch (error) {
    return { error };
  }
}

/** What must be the same of an error: Node's own class is hidden behind `constructor`. */
function shownError(error) {
  assert(error instanceof Error);
  return {
    name: error.name,
    message: error.message,
    constructor: error.constructor,
    entries: Object.entries(error),
  };
}

/** Node 22 and later leave holes in front of TLSA records in `resolveAny`, and those without their type. */
function withoutNodesHoles([method, , type], result) {
  if (method !== 'resolveAny' && type !== 'ANY') return result;
  return Object.values(result).map((record) =>
    Object.hasOwn(record, 'certUsage') ? { ...record, type: 'TLSA' } : record,
  );
}

/** Servers rotate their records: lists are compared as multisets, keys in their order. */
function ordered(result) {
  if (!Array.isArray(result)) return result;
  return result.toSorted((a, b) => (shown(a) < shown(b) ? -1 : 1));
}

function shown(value) {
  return JSON.stringify(value, (key, inner) => {
    if (key === 'ttl') return 0;
    return inner instanceof ArrayBuffer ? [...new Uint8Array(inner)] : inner;
  });
}

/** Takes the seconds that remain out of a result. */
function takeTtls(result) {
  if (!Array.isArray(result)) return [];
  return result
    .filter((item) => typeof item === 'object' && 'ttl' in item)
    .map((item) => {
      const { ttl } = item;
      item.ttl = 0;
      return ttl;
    });
}

function check(question, our, their) {
  assert.deepStrictEqual(Object.keys(our), Object.keys(their));
  if (our.error !== undefined) {
    assert.deepStrictEqual(shownError(our.error), shownError(their.error));
    return;
  }
  const [mine, nodes] = [ordered(our.result), ordered(withoutNodesHoles(question, their.result))];
  const [myTtls, nodesTtls] = [takeTtls(mine), takeTtls(nodes)];
  assert.strictEqual(myTtls.length, nodesTtls.length);
  for (const [index, ttl] of myTtls.entries()) {
    assert(Math.abs(ttl - nodesTtls[index]) <= 1, `${ttl} s are left, of Node's ${nodesTtls[index]} s`);
  }
  assert.deepStrictEqual(mine, nodes);
  const keys = (list) => (Array.isArray(list) ? list : [list]).map((item) => Object.keys(item));
  assert.deepStrictEqual(keys(mine), keys(nodes));
}

function said() {
  return new Promise((resolve) => {
    process.once('message', resolve);
  });
}

const known = questions.filter(([method]) => method in node);
const mine = await answersOf(ours);
process.send?.('asked by this package');
await said();
const nodes = await answersOf(node);
const differences = [];
for (const [index, our] of mine.entries()) {
  const question = known[Math.floor(index / 2)];
  try {
    check(question, our, nodes[index]);
  } catch (error) {
    differences.push(`${JSON.stringify(question)}: ${error.message}`);
  }
}
const found = mine.filter(({ error }) => error === undefined).length;
process.send?.({ found, failed: mine.length - found, differences });
process.disconnect();
