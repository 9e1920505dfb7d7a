import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { available, startBind, startNsd, startUnbound, zoneText, type RealServer } from '../index.ts';

const run = promisify(execFile);

async function dig(server: RealServer, ...args: string[]): Promise<string> {
  const target = [`@${server.address}`, '-p', String(server.port), '+tries=1', '+time=5'];
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

test.runIf(available('nsd'))('NSD on ::1', { timeout: 60_000 }, async () => {
  await using server = await startNsd({ zones, address: '::1' });
  expect(await dig(server, '+short', 'www.example.test')).toBe('192.0.2.1\n');
  const [query] = await server.settledQueries();
  expect(query).toMatchObject({ sourceAddress: '::1', name: 'www.example.test' });
  expect(existsSync(`/proc/${server.pid}`)).toBe(true);
});
