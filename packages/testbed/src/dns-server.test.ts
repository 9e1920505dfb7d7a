import { Resolver } from 'node:dns/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { a, aaaa, answer, cname, failure, startDnsServer, txt, type DnsServer } from './index.ts';

const run = promisify(execFile);
const open: DnsServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(...options: Parameters<typeof startDnsServer>): Promise<DnsServer> {
  const server = await startDnsServer(...options);
  open.push(server);
  return server;
}

function resolverOf(server: DnsServer): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([server.endpoint]);
  return resolver;
}

function dig(server: DnsServer, ...args: string[]): Promise<string> {
  const target = [`@${server.address}`, '-p', String(server.port), '+tries=1', '+time=5'];
  return run('dig', [...target, ...args]).then(({ stdout }) => stdout);
}

describe('a zone', () => {
  test('answers over UDP and TCP on one port, and logs how each query came', async () => {
    const server = await start({ zone: { 'www.example.test': [a('192.0.2.1', 60), aaaa('2001:db8::1')] } });
    const ttl = await resolverOf(server).resolve4('www.example.test', { ttl: true });
    expect(ttl).toEqual([{ address: '192.0.2.1', ttl: 60 }]);
    expect(await dig(server, '+tcp', '+short', 'WWW.example.test', 'AAAA')).toBe('2001:db8::1\n');
    const [first, second] = await server.waitForQueries(2);
    expect(first).toMatchObject({ name: 'www.example.test', type: 'A', transport: 'udp', hasOpt: false });
    expect(second).toMatchObject({
      name: 'WWW.example.test',
      type: 'AAAA',
      transport: 'tcp',
      hasOpt: true,
      connection: 1,
    });
    expect(first?.sourcePort).toBeGreaterThan(0);
    expect(server.queriesFor({ type: 'AAAA', name: 'www.EXAMPLE.test' })).toHaveLength(1);
    expect(server.connections.accepted).toBe(1);
  });

  test('listens on ::1 and on any 127.x address', async () => {
    for (const address of ['::1', '127.0.0.9']) {
      const server = await start({ address, zone: { 'v.test': a('192.0.2.6') } });
      expect(await resolverOf(server).resolve4('v.test')).toEqual(['192.0.2.6']);
    }
  });

  test('follows CNAME records inside the zone and leaves a chain open that it does not know', async () => {
    const server = await start({
      zone: { 'a.test': cname('b.test'), 'b.test': a('192.0.2.2'), 'open.test': cname('elsewhere.example') },
    });
    expect(await dig(server, '+noall', '+answer', 'a.test')).toMatch(
      /a\.test.*CNAME\s+b\.test\.\nb\.test.*192\.0\.2\.2/,
    );
    expect(await dig(server, '+noall', '+answer', 'open.test')).toMatch(
      /^open\.test.*CNAME\s+elsewhere\.example\.\n$/,
    );
  });

  test('denies a single label with the SOA of the root, in names that dig can read', async () => {
    const server = await start({ zone: {} });
    expect(await dig(server, 'missing')).toMatch(/\n\.\s+300\s+IN\s+SOA\s+ns\. hostmaster\. /);
  });

  test('tells NXDOMAIN from NODATA, with and without a SOA', async () => {
    const server = await start({
      zone: { 'host.example.test': a('192.0.2.1') },
      soa: { ttl: 9, minimum: 5 },
    });
    const missing = await dig(server, 'nothing.example.test');
    expect(missing).toContain('status: NXDOMAIN');
    expect(missing).toMatch(/example\.test\.\s+9\s+IN\s+SOA.* 5\n/);
    const noData = await dig(server, 'host.example.test', 'MX');
    expect(noData).toMatch(/status: NOERROR[^]*ANSWER: 0, AUTHORITY: 1/);
    expect(await dig(server, 'example.test')).toContain('status: NOERROR');
    const bare = await start({ zone: {}, soa: false });
    expect(await dig(bare, 'nothing.example.test')).toMatch(/status: NXDOMAIN[^]*AUTHORITY: 0/);
  });

  test('matches wildcards below a name, exact names first, and reads changes at the next query', async () => {
    const server = await start({ zone: { '*.w.test': a('192.0.2.1'), 'x.w.test': a('192.0.2.2') } });
    const resolver = resolverOf(server);
    expect(await resolver.resolve4('a.b.w.test')).toEqual(['192.0.2.1']);
    expect(await resolver.resolve4('x.w.test')).toEqual(['192.0.2.2']);
    server.zone['x.w.test'] = a('192.0.2.3');
    expect(await resolver.resolve4('x.w.test')).toEqual(['192.0.2.3']);
  });
});

test('onQuery decides before the zone', async () => {
  const server = await start({
    zone: { 'ok.test': a('192.0.2.1') },
    onQuery: (query) => (query.name === 'broken.test' ? failure('SERVFAIL') : undefined),
  });
  const resolver = resolverOf(server);
  await expect(resolver.resolve4('broken.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  expect(await resolver.resolve4('ok.test')).toEqual(['192.0.2.1']);
});

test('what exceeds the payload size of the client is truncated over UDP and whole over TCP', async () => {
  const long = txt(Array.from({ length: 8 }, () => 'x'.repeat(200)));
  const server = await start({ onQuery: () => answer(long) });
  expect(await dig(server, '+ignore', '+noedns', 'long.test', 'TXT')).toMatch(/flags: qr tc[^]*ANSWER: 0/);
  expect(await dig(server, '+short', 'long.test', 'TXT')).toHaveLength(8 * 203);
  expect(server.queries.map((query) => query.transport)).toEqual(['udp', 'udp', 'tcp']);
});

test('a transport that is left out refuses', async () => {
  const server = await start({ transports: ['udp'], zone: { 'u.test': a('192.0.2.1') } });
  expect(await dig(server, '+short', 'u.test')).toBe('192.0.2.1\n');
  await expect(dig(server, '+tcp', 'u.test')).rejects.toMatchObject({
    stdout: expect.stringContaining('refused'),
  });
});

test('close reports the error of a behaviour', async () => {
  const server = await startDnsServer({
    onQuery: () => () => {
      throw new Error('wrong script');
    },
  });
  const resolver = resolverOf(server);
  const asked = resolver.resolve4('x.test').catch(() => undefined);
  await server.waitForQueries(1);
  await expect(server.close()).rejects.toThrow('wrong script');
  resolver.cancel();
  await asked;
});
