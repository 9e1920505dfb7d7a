import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createRequire } from 'node:module';
import {
  a,
  bodyOfOctets,
  createCertificateAuthority,
  drop,
  goAway,
  hangUp,
  htmlPage,
  httpStatus,
  redirect,
  resetStream,
  stalledBody,
  startDnsServer,
  type CertificateAuthority,
  type DnsServer,
  type HttpBehaviour,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { runProgram, startProgram } from '../program.ts';

const program = (name: string): URL => new URL(`programs/${name}.mjs`, import.meta.url);

let authority: CertificateAuthority;
let https: DnsServer;
let tls: DnsServer;
/** What programs are told. */
let input: { https: string; tls: string; caPath: string };

beforeAll(async () => {
  authority = await createCertificateAuthority();
  const { cert, key } = await authority.issue({ names: ['dns.test'] });
  const zone = { 'www.test': [a('192.0.2.1')], 'silent.test': drop() };
  https = await startDnsServer({ transports: ['https'], tls: { cert, key }, zone });
  tls = await startDnsServer({ transports: ['tls'], tls: { cert, key }, zone });
  input = {
    https: `https://dns.test:${https.port}/dns-query`,
    tls: `tls://127.0.0.1:${tls.port}#dns.test`,
    caPath: authority.certPath,
  };
});

afterAll(async () => {
  await https.close();
  await tls.close();
  await authority.close();
});

beforeEach(() => {
  https.onRequest = undefined;
});

describe.each(nodes)('Node $major', (node) => {
  test('open connections keep no process alive, nothing is looked up, and fetch keeps its dispatcher', async () => {
    // Whoever tried this proxy would fail.
    const proxy = 'http://127.0.0.1:1';
    const env = {
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      ALL_PROXY: proxy,
      HTTP_PROXY: proxy,
      NODE_USE_ENV_PROXY: '1',
    };
    expect(await runProgram(node, program('ask-and-leave-open'), { input, env })).toEqual({
      answers: ['192.0.2.1', '192.0.2.1'],
      lookedUp: [],
      changed: false,
    });
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 makes no certificate right', async () => {
    const { caPath: _, ...untrusted } = input;
    const before = https.queries.length + tls.queries.length;
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
    expect(await runProgram(node, program('ask-and-leave-open'), { input: untrusted, env })).toMatchObject({
      answers: ['ERR_RESOLVER_UPSTREAM_CERTIFICATE', 'ERR_RESOLVER_UPSTREAM_CERTIFICATE'],
    });
    expect(https.queries.length + tls.queries.length).toBe(before);
  });

  test('a pending query keeps the process alive until its deadline', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const silent = { https: `https://127.0.0.1:${port}/`, tls: `tls://127.0.0.1:${port}` };
    expect(await runProgram(node, program('wait-for-answer'), { input: silent })).toEqual({
      codes: ['ERR_RESOLVER_UPSTREAM_TIMEOUT', 'ERR_RESOLVER_UPSTREAM_TIMEOUT'],
    });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  test('workers ask, and end with queries in flight', async () => {
    expect(await runProgram(node, program('workers'), { input })).toEqual({
      answers: ['192.0.2.1,192.0.2.1', '192.0.2.1,192.0.2.1'],
      last: '192.0.2.1,192.0.2.1',
    });
  });

  const faults: [string, () => HttpBehaviour, string][] = [
    ['GOAWAY', () => goAway(), 'ERR_RESOLVER_UPSTREAM_LOST'],
    ['RST of the connection', () => hangUp(), 'ERR_RESOLVER_UPSTREAM_LOST'],
    ['RST_STREAM', () => resetStream(), 'ERR_RESOLVER_UPSTREAM_STREAM'],
    ['a refused stream', () => resetStream(7), 'ERR_RESOLVER_UPSTREAM_STREAM'],
    ['a page', () => htmlPage(), 'ERR_RESOLVER_UPSTREAM_CONTENT_TYPE'],
    ['a redirect', () => redirect('https://other.test/'), 'ERR_RESOLVER_UPSTREAM_REDIRECT'],
    ['500', () => httpStatus(500), 'ERR_RESOLVER_UPSTREAM_STATUS'],
    ['a body too large', () => bodyOfOctets(70_000, false), 'ERR_RESOLVER_UPSTREAM_TOO_LARGE'],
    ['a body that stops', () => stalledBody(), 'ERR_RESOLVER_UPSTREAM_TIMEOUT'],
  ];
  const clients: [string, string | undefined][] = [['the undici it depends on', undefined]];
  // undici 8 wants Node ≥ 22.19.
  if (node.major >= 22) {
    clients.push(['undici 8', createRequire(import.meta.url).resolve('undici8/lib/dispatcher/client.js')]);
  }

  test.each(clients)('every fault is told, and what can be asked again is: %s', async (_, client) => {
    using running = startProgram(node, program('faults'), { input: { ...input, client } });
    expect(await running.message()).toBe('open');
    for (const [name, behaviour, code] of faults) {
      https.onRequest = behaviour;
      // Only what never comes is waited for in vain.
      running.send({ count: 1, timeoutMs: code === 'ERR_RESOLVER_UPSTREAM_TIMEOUT' ? 300 : 30_000 });
      expect([name, await running.message()]).toEqual([name, [code]]);
      https.onRequest = undefined;
      running.send({ count: 20, timeoutMs: 30_000 });
      expect([name, await running.message()]).toEqual([name, Array(20).fill('192.0.2.1')]);
    }
    // In the middle of many.
    for (const behaviour of [goAway(), hangUp()]) {
      let requests = 0;
      https.onRequest = () => (++requests === 10 ? behaviour : undefined);
      running.send({ count: 50, timeoutMs: 30_000 });
      expect(await running.message()).toEqual(Array(50).fill('192.0.2.1'));
    }
    running.send({ end: true });
    expect(await running.ended).toMatchObject({ status: 0 });
  });
});
