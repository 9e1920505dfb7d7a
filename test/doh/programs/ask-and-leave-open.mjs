// Asks over HTTPS and TLS, and ends without closing anything.
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { addressIn, queryFor } from './query.mjs';

const { https, tls, caPath } = JSON.parse(process.argv[2]);

const lookedUp = [];
const forbid = (host) => {
  lookedUp.push(host);
  throw new Error(`${host} was looked up`);
};
Object.assign(dns, { lookup: forbid, resolve: forbid, resolve4: forbid, resolve6: forbid });
Object.assign(dns.promises, { lookup: forbid, resolve: forbid, resolve4: forbid, resolve6: forbid });

/** Those of the program's own fetch. */
const dispatchers = () =>
  [1, 2].map((version) => globalThis[Symbol.for(`undici.globalDispatcher.${version}`)]);
const before = dispatchers();

const { createDohUpstream, createDotUpstream } = await import('@doubao/resolver-doh');
const ca = caPath === undefined ? undefined : readFileSync(caPath);
const upstreams = [
  createDohUpstream({ url: https, addresses: ['127.0.0.1'], ca }),
  createDotUpstream({ url: tls, ca }),
];
const asked = upstreams.map((upstream) =>
  upstream.query(queryFor('www.test')).then(addressIn, (error) => error.code),
);
const answers = await Promise.all(asked);
const changed = dispatchers().some((dispatcher, index) => dispatcher !== before[index]);
process.send({ answers, lookedUp, changed }, () => process.disconnect());
