import {
  a,
  answer,
  createCertificateAuthority,
  drop,
  failure,
  hold,
  httpStatus,
  inTurn,
  startDnsServer,
  startRefusingPort,
  type Certificate,
  type CertificateAuthority,
  type DnsServer,
  type DnsServerOptions,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { runProgram, startProgram } from '../program.ts';

const program = (name: string): URL => new URL(`programs/${name}.mjs`, import.meta.url);

/** For programs in which nothing may be asked twice. */
const patient = { hosts: false, search: [], system: 'never', timeout: 30_000, tries: 1, deadline: 60_000 };

interface LookedUp {
  readonly outcomes: readonly unknown[];
  readonly lookedUp: readonly string[];
  readonly upstreams: readonly { readonly sent: number; readonly answered: number }[];
}

let authority: CertificateAuthority;
let tls: Certificate;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  tls = await authority.issue({ names: ['dns.test'] });
});
afterAll(() => authority.close());

function start(transport: 'https' | 'tls', options: DnsServerOptions = {}): Promise<DnsServer> {
  return startDnsServer({ transports: [transport], tls, ...options });
}

function entryOf(server: DnsServer, transport: 'https' | 'tls'): object {
  const ca = authority.cert.toString();
  return transport === 'https'
    ? { url: `https://dns.test:${server.port}/dns-query`, addresses: ['127.0.0.1'], ca }
    : { url: `tls://127.0.0.1:${server.port}#dns.test`, ca };
}

describe.each(nodes)('Node $major', (node) => {
  const lookUp = async (input: object): Promise<LookedUp> =>
    (await runProgram(node, program('look-up'), { input })) as LookedUp;

  test.each(['https', 'tls'] as const)('%s alone answers, denies and keeps no process', async (transport) => {
    await using server = await start(transport, { zone: { 'www.test': [a('192.0.2.1'), a('192.0.2.2')] } });
    const servers = [entryOf(server, transport)];
    const names = ['www.test', 'www.test', 'none.test'];
    for (const installed of [false, true]) {
      server.clearQueries();
      expect(await lookUp({ options: { servers }, names, installed })).toMatchObject({
        outcomes: [
          ['192.0.2.1', '192.0.2.2'],
          ['192.0.2.1', '192.0.2.2'],
          { code: 'ENOTFOUND', failures: [] },
        ],
        // No query inside a query.
        lookedUp: [],
      });
      expect(server.queries.map(({ name, type }) => `${name} ${type}`).toSorted()).toEqual([
        'none.test A',
        'none.test AAAA',
        'www.test A',
        'www.test AAAA',
      ]);
    }
  });

  test.each(['https', 'tls'] as const)('%s: a thousand names at once', async (transport) => {
    await using server = await start(transport, { onQuery: () => answer(a('192.0.2.1')) });
    const names = Array.from({ length: 1000 }, (_, index) => `n${index}.test`);
    const options = { ...patient, servers: [entryOf(server, transport)] };
    const { outcomes } = await lookUp({ options, names, together: true });
    expect(outcomes).toEqual(names.map(() => ['192.0.2.1']));
    expect(server.connections.accepted).toBeLessThan(10);
  });

  test('a server that cannot prove its name is told nothing', async () => {
    const other = await authority.issue({ names: ['other.test'] });
    for (const transport of ['https', 'tls'] as const) {
      await using server = await start(transport, { tls: other, zone: { 'www.test': [a('192.0.2.1')] } });
      const options = { servers: [entryOf(server, transport)] };
      const { outcomes } = await lookUp({ options, names: ['www.test'] });
      expect(outcomes).toEqual([{ code: 'EAI_AGAIN', failures: ['TLS'] }]);
      expect(server.queries).toEqual([]);
    }
  });

  test('what an encrypted server does not answer is asked of the next', async () => {
    await using silent = await start('tls', { onQuery: () => drop() });
    await using broken = await start('https', { onRequest: () => httpStatus(503) });
    await using plain = await startDnsServer({ zone: { 'www.test': [a('192.0.2.1')] } });
    const servers = [entryOf(silent, 'tls'), entryOf(broken, 'https'), `udp://${plain.endpoint}`];
    const options = { servers, timeout: 100 };
    expect((await lookUp({ options, names: ['www.test'] })).outcomes).toEqual([['192.0.2.1']]);
    const dead = { servers: servers.slice(0, 2), timeout: 100 };
    expect((await lookUp({ options: dead, names: ['www.test'] })).outcomes).toEqual([
      { code: 'EAI_AGAIN', failures: expect.arrayContaining(['TIMEOUT', 'HTTP']) },
    ]);
  });

  test.each(['https', 'tls'] as const)(
    'where nobody listens, a fallback over %s answers',
    async (transport) => {
      await using server = await start(transport, { zone: { 'www.example': [a('192.0.2.1')] } });
      await using closed = await startRefusingPort();
      const fallback = [entryOf(server, transport)];
      const options = { servers: [`udp://127.0.0.1:${closed.port}`], fallback };
      const { outcomes, lookedUp } = await lookUp({
        options,
        names: ['www.example', 'none.example', 'single'],
      });
      expect(outcomes).toEqual([
        ['192.0.2.1'],
        // What a fallback denies may exist.
        { code: 'EAI_AGAIN', failures: expect.arrayContaining(['NETWORK']) },
        { code: 'EAI_AGAIN', failures: expect.arrayContaining(['NETWORK']) },
      ]);
      expect(lookedUp).toEqual([]);
      expect(server.queriesFor({ name: 'single' })).toEqual([]);
    },
  );

  test('where HTTPS is impossible, the same server is asked over TLS, and never in plain text', async () => {
    await using server = await start('tls', { zone: { 'www.test': [a('192.0.2.1')] } });
    await using closed = await startRefusingPort();
    const { url, ca } = entryOf(server, 'tls') as { url: string; ca: string };
    const https = { url: `https://dns.test:${closed.port}/dns-query`, addresses: ['127.0.0.1'], ca };
    const lookUpBy = (entry: object): Promise<LookedUp> =>
      lookUp({ options: { servers: [entry] }, names: ['www.test'] });
    expect((await lookUpBy({ ...https, downgrade: url })).outcomes).toEqual([['192.0.2.1']]);
    expect((await lookUpBy(https)).outcomes).toEqual([{ code: 'EAI_AGAIN', failures: ['NETWORK'] }]);
  });

  test('the doubao-v1 preset asks over nothing less than TLS 1.3', async () => {
    await using server = await start('tls', {
      tls: { ...tls, maxVersion: 'TLSv1.2' },
      zone: { 'www.test': [a('192.0.2.1')] },
    });
    const servers = [entryOf(server, 'tls')];
    const names = ['www.test'];
    expect((await lookUp({ options: { servers }, names })).outcomes).toEqual([['192.0.2.1']]);
    const strict = { servers, preset: 'doubao-v1', fallback: false };
    expect((await lookUp({ options: strict, names })).outcomes).toEqual([
      { code: 'EAI_AGAIN', failures: ['TLS'] },
    ]);
  });

  test('a server known by name is looked up once, by those known by address', async () => {
    await using server = await start('https', { zone: { 'www.test': [a('192.0.2.1')] } });
    await using plain = await startDnsServer({
      zone: {
        'dns.test': [a('127.0.0.1')],
        'www.test': failure('SERVFAIL'),
        'too.test': failure('SERVFAIL'),
      },
    });
    const { addresses: _, ...byName } = entryOf(server, 'https') as { addresses: unknown };
    const options = { servers: [`udp://${plain.endpoint}`, byName] };
    const { outcomes, lookedUp } = await lookUp({ options, names: ['www.test', 'too.test'] });
    expect(outcomes).toEqual([['192.0.2.1'], { code: 'ENOTFOUND', failures: [] }]);
    expect(lookedUp).toEqual([]);
    expect(plain.queriesFor({ name: 'dns.test', type: 'A' })).toHaveLength(1);
    expect(server.queriesFor({ name: 'dns.test' })).toEqual([]);
  });

  test('while the thread that is asked first stands still, another carries', async () => {
    await using server = await start('https', { onQuery: () => answer(a('192.0.2.1')) });
    const options = { ...patient, servers: [entryOf(server, 'https')] };
    expect(await runProgram(node, program('blocked-owner'), { input: { options } })).toEqual({
      waited: 'ok',
      answer: 4,
    });
  });

  test('what a thread carries when it ends is carried by another', async () => {
    const held = hold(drop());
    await using server = await start('https', {
      zone: { 'first.test': [a('192.0.2.1')], 'held.test': inTurn(held, answer(a('192.0.2.9'))) },
    });
    const options = { ...patient, servers: [entryOf(server, 'https')] };
    using running = startProgram(node, program('terminated-carrier'), { input: { options } });
    expect(await running.message()).toBe('asked');
    await held.waitFor(1);
    running.send({});
    expect(await running.message()).toEqual({ answer: { address: '192.0.2.9', family: 4 } });
    expect(await running.ended).toEqual({ status: 0, stderr: '' });
  });
});
