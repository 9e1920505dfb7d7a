import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  available,
  createCertificateAuthority,
  startBind,
  startDnsdist,
  startNsd,
  startUnbound,
  zoneText,
  type Certificate,
  type RealServer,
} from '../index.ts';

const run = promisify(execFile);

async function dig(server: RealServer, ...args: string[]): Promise<string> {
  return digAt(server.address, server.port, ...args);
}

async function digAt(address: string, port: number, ...args: string[]): Promise<string> {
  const target = [`@${address}`, '-p', String(port), '+tries=1', '+time=5'];
  return (await run('dig', [...target, ...args])).stdout;
}

const zones = {
  'example.test': zoneText('example.test', ['www A 192.0.2.1', 'www AAAA 2001:db8::1', 'alias CNAME www']),
  'second.test': zoneText('second.test', ['@ TXT "another zone"']),
};

describe.each([
  ['nsd', startNsd],
  ['named', startBind],
  ['unbound', startUnbound],
] as const)('%s', (program, startServer) => {
  describe.runIf(available(program))('installed', () => {
    test('serves its zones and reports every query once', { timeout: 60_000 }, async () => {
      const server = await startServer({ zones });
      try {
        expect(await dig(server, '+short', 'www.example.test', 'A')).toBe('192.0.2.1\n');
        expect(await dig(server, '+short', '+tcp', '+noedns', 'alias.example.test', 'AAAA')).toBe(
          'www.example.test.\n2001:db8::1\n',
        );
        expect(await dig(server, '+short', 'second.test', 'TXT')).toBe('"another zone"\n');
        expect(await dig(server, 'missing.example.test')).toMatch(/NXDOMAIN[^]*SOA/);
        const queries = await server.settledQueries();
        expect(queries.map(({ name, type, transport, hasOpt }) => [name, type, transport, hasOpt])).toEqual([
          ['www.example.test', 'A', 'udp', true],
          ['alias.example.test', 'AAAA', 'tcp', false],
          ['second.test', 'TXT', 'udp', true],
          ['missing.example.test', 'A', 'udp', true],
        ]);
        expect(queries[0]).toMatchObject({
          sourceAddress: '127.0.0.1',
          id: queries[0]?.bytes.readUInt16BE(0),
        });
        server.clearQueries();
        expect(server.queries).toEqual([]);
      } finally {
        await server.close();
      }
      expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
    });

    test('keeps no record of queries when told so', { timeout: 60_000 }, async () => {
      await using server = await startServer({ zones, reportQueries: false });
      expect(await dig(server, '+short', 'www.example.test', 'A')).toBe('192.0.2.1\n');
      await expect(server.settledQueries()).rejects.toThrow('reportQueries: false');
    });

    test('a configuration that it refuses is shown', { timeout: 60_000 }, async () => {
      await expect(startServer({ zones, extraConfig: 'nonsense' })).rejects.toThrow(/nonsense|syntax error/);
    });
  });
});

const behind = {
  named: (certificate: Certificate) => startBind({ zones, certificate }),
  unbound: (certificate: Certificate) => startUnbound({ zones, certificate }),
} as const;

describe.each(['named', 'unbound'] as const)('%s with a certificate', (program) => {
  test.runIf(available(program))('answers over TLS and HTTPS', { timeout: 60_000 }, async () => {
    await using authority = await createCertificateAuthority();
    await using server = await behind[program](await authority.issue({ names: ['dns.test'] }));
    await checkEncrypted(server, authority.certPath);
    expect((await server.settledQueries()).map(({ name }) => name)).toEqual([
      'www.example.test',
      'www.example.test',
    ]);
  });
});

test.runIf(available('nsd') && available('dnsdist'))(
  'dnsdist in front of NSD',
  { timeout: 60_000 },
  async () => {
    await using authority = await createCertificateAuthority();
    await using backend = await startNsd({ zones });
    const certificate = await authority.issue({ names: ['dns.test'] });
    await using server = await startDnsdist({ backend, certificate });
    await checkEncrypted(server, authority.certPath);
    expect(await dig(server, '+short', 'second.test', 'TXT')).toBe('"another zone"\n');
    const names = (await backend.settledQueries()).map(({ name }) => name);
    expect(names.filter((name) => name === 'www.example.test')).toHaveLength(2);
    expect(names).toContain('second.test');
  },
);

test.runIf(available('nsd'))('a server without a certificate has no encrypted ports', async () => {
  await using server = await startNsd({ zones });
  expect(() => server.encrypted).toThrow('without a certificate');
});

async function checkEncrypted(server: RealServer, authority: string): Promise<void> {
  const { tls, https } = server.encrypted;
  const checked = [`+tls-ca=${authority}`, '+tls-hostname=dns.test', '+short', 'www.example.test'];
  expect(await digAt(server.address, tls, '+tls', ...checked)).toBe('192.0.2.1\n');
  expect(await digAt(server.address, https, '+https', ...checked)).toBe('192.0.2.1\n');
}

test.runIf(available('nsd'))('NSD on ::1', { timeout: 60_000 }, async () => {
  await using server = await startNsd({ zones, address: '::1' });
  expect(await dig(server, '+short', 'www.example.test')).toBe('192.0.2.1\n');
  const [query] = await server.settledQueries();
  expect(query).toMatchObject({ sourceAddress: '::1', name: 'www.example.test' });
  expect(existsSync(`/proc/${server.pid}`)).toBe(true);
});
