// Calls Node's own dns.lookup and the installed one with the same arguments and prints every difference as JSON. Runs on
// any Node. No case here makes Node send a query.

import { isDeepStrictEqual, promisify } from 'node:util';
import dns from 'node:dns';
import { install } from '@doubao/resolver';

const node = { lookup: dns.lookup, promises: dns.promises.lookup };
install({ system: 'never' });
const ours = { lookup: dns.lookup, promises: dns.promises.lookup };

/** What can be seen of an error; the class that Node uses for it is internal. */
function seen(error) {
  return {
    name: error.name,
    message: error.message,
    constructor: error.constructor.name,
    isTypeError: error instanceof TypeError,
    properties: Object.entries(error),
    text: String(error),
    tag: Object.prototype.toString.call(error),
  };
}

/** Everything a call does, in the order in which it does it. */
async function outcome(call) {
  const events = [];
  let settle;
  const settled = new Promise((resolve) => {
    settle = resolve;
  });
  let returned = false;
  const callback = (...results) => {
    const [error] = results;
    events.push({ asynchronous: returned, results: error ? [seen(error), ...results.slice(1)] : results });
    settle();
  };
  try {
    const value = call(callback);
    returned = true;
    if (value instanceof Promise) {
      try {
        events.push({ resolved: await value });
      } catch (error) {
        events.push({ rejected: seen(error) });
      }
      return events;
    }
    events.push({ type: typeof value });
  } catch (error) {
    events.push({ thrown: seen(error) });
    return events;
  }
  await settled;
  return events;
}

/** Expressions, separated by lines or by two spaces. */
const list = (text) => text.split(/\n|  +/).filter((source) => source.trim() !== '');

const hostnames = list(`
  undefined  null  ''  0  NaN  false  0n  -0
  1  true  {}  []  ['a']  Symbol("a")  () => {}  5n  new String("a")  new Date(0)
  '\\0'  'a\\0b'  '\\0a'
  '127.0.0.1'  '::1'  'fe80::1%lo'  '::ffff:192.0.2.1'  '1::'
  '127.1'  '0x7f.1'  '2130706433'  '0177.0.0.1'  '0'  '0x0'  '00000000000000000000001'
  '4294967295'  '1.65536'  '1.16777215'  '1.2.3'  '0X7F000001'  '0377.0377.0377.0377'
  'a..b'  '.'  '..'  '.a'  '[::1]'  '-a.test'  '-'  'a b'  'a/b'  'a*b'  'a%b'  '%61'
  'a:80'  'x@y'  'a\\\\.b'  'a\\tb'  'a\\nb'  '::1%'  'fe80::1%'  '1::2::3'  '*.x'  ' 1.2.3.4'
  '1.2.3.4 '  'a#b'  'a?b'  'a~b'  'a+b.test'  '(a)'  '\\x7f'  'a,b'
  'a'.repeat(64)  'a'.repeat(64) + '.test'  'test.' + 'a'.repeat(64)  'a'.repeat(255)  'a'.repeat(256)
  'a'.repeat(300)  'abcdefghi.'.repeat(25) + 'abcd'  'abcdefghi.'.repeat(25) + 'abcde'
  'abcdefghi.'.repeat(25) + 'abcd.'  'abcdefghi.'.repeat(25) + 'abcdef'  'abcdefghi.'.repeat(26)
  '\\u00ad'  '\\ud800'  '\\ufffd'  'a\\u200db'  '\\u05d0b.test'  'é..b'  '-é.'  'é x'  'é/x'  'é:1'
  'é%41'  '\\u2100.test'  '\\uff11\\uff12\\uff17.1'  '１２７.０.０.１'  'é'.repeat(100)  'é'.repeat(300)  '[é]'
  'a\\u0338/b'  '\\u3002'  '\\u3002a'  'a\\u3002\\u3002b'  '①②⑦.1'
  'localhost'  'LOCALHOST'  'localhost.'
`);

const families = list(`
  0  4  6  -0  5  46  null  undefined  NaN  -4  '4'  'IPv4'  'IPv6'  'ipv4'  ''  true
  {}  [4]  4n  Symbol("a")  () => {}
`);
const hints = list(`
  0  dns.ADDRCONFIG  dns.V4MAPPED  dns.ALL  dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL  1  2  -1  1.5  NaN
  Infinity  2 ** 32  2 ** 32 + dns.ALL  -(2 ** 32)  0.9  null  undefined  '32'  true  {}  []  8n  -0
`);
const booleans = list(`true  false  null  undefined  0  1  ''  'true'  {}  []`);
const orders = list(`'verbatim'  'ipv4first'  'ipv6first'  'IPv4first'  ''  null  undefined  4  true  {}`);

const options = list(`
  undefined  null  {}  0  4  6  -0  5  -4  NaN  4.5  Infinity
  ''  '4'  'IPv4'  true  false  4n  Symbol("a")  []  [4]  new Date(0)  Object.create(null)
  { family: 4, all: true }  { family: 6, all: true }  { family: 4, hints: dns.V4MAPPED }
  { family: 6, hints: dns.V4MAPPED }  { family: 6, hints: dns.ALL }
  { family: 6, hints: dns.V4MAPPED | dns.ALL, all: true }  { verbatim: true, order: "ipv4first" }
  { signal: 5 }  { timeout: "x" }  { lookup: 1 }
  Object.create({ family: 5 })  Object.create({ all: true })  new (class { get family() { return 5; } })()
`).concat(
  families.map((value) => `{ family: ${value} }`),
  hints.map((value) => `{ hints: ${value} }`),
  booleans.map((value) => `{ all: ${value} }`),
  booleans.map((value) => `{ verbatim: ${value}, all: true }`),
  orders.map((value) => `{ order: ${value}, all: true }`),
  // Several wrong ones: the first in Node's order is named.
  list(`
    { hints: 1, family: 5 }  { family: 5, all: 1 }  { all: 1, verbatim: 1 }  { verbatim: 1, order: 1 }
    { order: 1, all: 1, family: 5, hints: 1 }
  `),
);

const callbacks = list(`undefined  null  0  5  ''  'a'  {}  []  true  Symbol("a")  4n`);

// Versions before 24 abort the process when -0 reaches getaddrinfo.
const major = Number.parseInt(process.versions.node, 10);
const aborts = (description) =>
  major < 24 && /-0(?!\.)/.test(description) && !/'127\.0\.0\.1'|'::1'/.test(description);

// RFC 6761: localhost is loopback in both families, where the C library may send a query for what the hosts file lacks.
const mayQuery = (description) => /localhost/i.test(description) && /localhost\.|6/i.test(description);

const evaluate = (source) => new Function('dns', `return (${source});`)(dns);

/** `[description, call]`; the call is made once with Node's functions and once with ours. */
function* cases() {
  for (const hostname of hostnames) {
    for (const given of [
      'undefined',
      '{ all: true }',
      '{ family: 4 }',
      '{ family: 6 }',
      '6',
      '{ hints: 1 }',
      '{ family: 6, all: true, hints: dns.V4MAPPED }',
    ]) {
      yield [
        `lookup(${hostname}, ${given}, callback)`,
        (of, callback) => of.lookup(evaluate(hostname), evaluate(given), callback),
      ];
      yield [
        `promises.lookup(${hostname}, ${given})`,
        (of) => of.promises(evaluate(hostname), evaluate(given)),
      ];
    }
    yield [`lookup(${hostname}, callback)`, (of, callback) => of.lookup(evaluate(hostname), callback)];
    yield [`lookup(${hostname})`, (of) => of.lookup(evaluate(hostname))];
    yield [`promises.lookup(${hostname})`, (of) => of.promises(evaluate(hostname))];
    yield [`promisify(lookup)(${hostname})`, (of) => promisify(of.lookup)(evaluate(hostname))];
    yield [
      `promisify(lookup)(${hostname}, all)`,
      (of) => promisify(of.lookup)(evaluate(hostname), { all: true }),
    ];
  }
  for (const hostname of ["'127.0.0.1'", "'::1'", "'127.1'", "'localhost'", "'a..b'"]) {
    for (const given of options) {
      yield [
        `lookup(${hostname}, ${given}, callback)`,
        (of, callback) => of.lookup(evaluate(hostname), evaluate(given), callback),
      ];
      yield [
        `promises.lookup(${hostname}, ${given})`,
        (of) => of.promises(evaluate(hostname), evaluate(given)),
      ];
      yield [
        `promisify(lookup)(${hostname}, ${given})`,
        (of) => promisify(of.lookup)(evaluate(hostname), evaluate(given)),
      ];
    }
  }
  for (const hostname of ["'127.0.0.1'", "''", '5', "'a..b'"]) {
    for (const given of ['undefined', '{}', '{ hints: 1 }', '4', '5', "'IPv4'", 'null', '() => {}']) {
      for (const callback of callbacks) {
        yield [
          `lookup(${hostname}, ${given}, ${callback})`,
          (of) => of.lookup(evaluate(hostname), evaluate(given), evaluate(callback)),
        ];
      }
      yield [`lookup(${hostname}, ${given})`, (of) => of.lookup(evaluate(hostname), evaluate(given))];
    }
  }
  yield ['lookup()', (of) => of.lookup()];
  yield ['promises.lookup()', (of) => of.promises()];
}

const differences = [];
let count = 0;

function compare(description, expected, actual) {
  count++;
  if (!isDeepStrictEqual(actual, expected)) differences.push({ description, expected, actual });
}

process.on('warning', () => undefined);
const run = (of, call) => outcome((callback) => call(of, callback));
for (const [description, call] of cases()) {
  // A function in the place of the options is a callback, which nobody here would hear of.
  if (/^lookup\(.*\(\) => \{\}/.test(description) || aborts(description) || mayQuery(description)) continue;
  compare(description, await run(node, call), await run(ours, call));
  if (!/localhost/i.test(description)) continue;
  // The second time the answer comes from the mirror, and with other orders for the rest.
  for (const order of ['verbatim', 'ipv4first', 'ipv6first']) {
    dns.setDefaultResultOrder(order);
    compare(`${order}: ${description}`, await run(node, call), await run(ours, call));
  }
  dns.setDefaultResultOrder('verbatim');
}

compare('length', [node.lookup.length, node.lookup.name], [ours.lookup.length, ours.lookup.name]);
compare(
  'promises length',
  [node.promises.length, node.promises.name],
  [ours.promises.length, ours.promises.name],
);
compare('enumerable properties', Object.keys(node.lookup), Object.keys(ours.lookup));

process.stdout.write(
  JSON.stringify(
    { version: process.version, count, differences: differences.slice(0, 50), total: differences.length },
    replacer,
    2,
  ),
);

function replacer(_key, value) {
  if (value === undefined) return '(undefined)';
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  return value;
}
