import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import nodeDns from 'node:dns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  a,
  answer,
  available,
  type DnsServer,
  drop,
  hold,
  ptr,
  startDnsServer,
  startNsd,
  zoneText,
} from '@doubao/resolver-testbed';
import { createResolver, promises } from '@doubao/resolver';
import { describe, expect, test } from 'vitest';
import { richZones } from './rich-zones.ts';

type AnyResolver = nodeDns.promises.Resolver;

const classes = [promises.Resolver, nodeDns.promises.Resolver] as const;

function codeOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    (result) => result,
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );
}

function over(Resolver: (typeof classes)[number], ...servers: readonly DnsServer[]): AnyResolver {
  const resolver = new Resolver({ timeout: 100, tries: 2 });
  resolver.setServers(servers.map(({ endpoint }) => endpoint));
  return resolver;
}

test('timeout and tries: every server is asked so often, then it is ETIMEOUT, as in Node', async () => {
  const counts: number[][] = [];
  for (const Resolver of classes) {
    await using first = await startDnsServer({ onQuery: () => drop() });
    await using second = await startDnsServer({ onQuery: () => drop() });
    expect(await codeOf(over(Resolver, first, second).resolve4('silent.test'))).toBe('ETIMEOUT');
    counts.push([first, second].map(({ queries }) => queries.length));
  }
  expect(counts).toEqual([
    [2, 2],
    [2, 2],
  ]);
});

test('cancel ends all of one Resolver, and nothing of another', async () => {
  const held = hold(answer(a('192.0.2.1')));
  await using server = await startDnsServer({ onQuery: () => held });
  const [cancelled, other] = [over(promises.Resolver, server), new promises.Resolver()];
  other.setServers([server.endpoint]);
  const ended = ['one.test', 'two.test'].map((name) => codeOf(cancelled.resolve4(name)));
  const kept = other.resolve4('one.test');
  await server.waitForQueries(2);
  cancelled.cancel();
  expect(await Promise.all(ended)).toEqual(['ECANCELLED', 'ECANCELLED']);
  await held.release();
  expect(await kept).toEqual(['192.0.2.1']);
  // It can be used again.
  expect(await cancelled.resolve4('one.test')).toEqual(['192.0.2.1']);
});

describe('setLocalAddress', () => {
  test('queries leave from there', async () => {
    await using server = await startDnsServer({ zone: { 'www.test': [a('192.0.2.1')] } });
    const resolver = over(promises.Resolver, server);
    resolver.setLocalAddress('127.0.0.5');
    expect(await resolver.resolve4('www.test')).toEqual(['192.0.2.1']);
    resolver.setLocalAddress('0.0.0.0');
    expect(await resolver.resolveMx('www.test').catch(() => undefined)).toBeUndefined();
    expect(server.queries.map(({ sourceAddress }) => sourceAddress)).toEqual(['127.0.0.5', '127.0.0.1']);
  });

  test('an address that is not this machine’s is ECONNREFUSED, as in Node', async () => {
    await using server = await startDnsServer({ zone: { 'www.test': [a('192.0.2.1')] } });
    for (const Resolver of classes) {
      const resolver = over(Resolver, server);
      resolver.setLocalAddress('192.0.2.200');
      expect(await codeOf(resolver.resolve4('www.test'))).toBe('ECONNREFUSED');
    }
    expect(server.queries).toEqual([]);
  });
});

describe('reverse', () => {
  test('silence is ENOTFOUND, as in Node', async () => {
    await using server = await startDnsServer({ onQuery: () => drop() });
    for (const Resolver of classes) {
      expect(await codeOf(over(Resolver, server).reverse('192.0.2.1'))).toBe('ENOTFOUND');
    }
  });

  test('reads the hosts file first, again when it has changed, and none if it is told so', async () => {
    await using server = await startDnsServer({
      zone: { '1.2.0.192.in-addr.arpa': [ptr('from.dns.test')] },
    });
    const folder = await mkdtemp(join(tmpdir(), 'resolver-hosts-'));
    const hosts = join(folder, 'hosts');
    await writeFile(hosts, '');
    const options = { servers: [server.endpoint], system: 'never' } as const;
    await using resolver = createResolver({ ...options, hosts });
    await using without = createResolver({ ...options, hosts: false });
    expect(await resolver.promises.reverse('192.0.2.1')).toEqual(['from.dns.test']);
    await writeFile(hosts, '192.0.2.1 first second third\n');
    await utimes(hosts, 1, 1);
    // It is looked at once a second.
    let names = await resolver.promises.reverse('192.0.2.1');
    while (names.includes('from.dns.test')) names = await resolver.promises.reverse('192.0.2.1');
    expect(names).toEqual(['second', 'third']);
    expect(await without.promises.reverse('192.0.2.1')).toEqual(['from.dns.test']);
    await rm(folder, { recursive: true });
  });

  test('cancel ends it while it reads', async () => {
    await using server = await startDnsServer({ onQuery: () => drop() });
    const resolver = over(promises.Resolver, server);
    const asked = codeOf(resolver.reverse('198.51.100.7'));
    resolver.cancel();
    expect(await asked).toBe('ECANCELLED');
  });
});

describe.skipIf(!available('nsd'))('what node:dns has not', () => {
  test('records that are long in full, of which c-ares says EFORMERR', async () => {
    // Compressed they fit into one message; in full they are larger than the memory that answers usually come in.
    const suffix = ['a', 'b', 'c'].map((letter) => letter.repeat(60)).join('.');
    const lines = Array.from({ length: 1200 }, (_, index) => `wide MX ${index} host-${index}.${suffix}`);
    await using server = await startNsd({ zones: { 'wide.test': zoneText('wide.test', lines) } });
    const resolver = new promises.Resolver();
    resolver.setServers([server.endpoint]);
    const records = await resolver.resolveMx('wide.wide.test');
    const shown = records.map(({ priority, exchange }) => `${priority} ${exchange}`);
    expect(shown.toSorted()).toEqual(
      lines.map((_, index) => `${index} host-${index}.${suffix}.wide.test`).toSorted(),
    );
  });

  test('HTTPS and SVCB', async () => {
    await using server = await startNsd({ zones: richZones });
    const resolver = new promises.Resolver();
    resolver.setServers([server.endpoint]);
    expect(await resolver.resolveHttps('service.example.test')).toEqual([
      {
        priority: 1,
        target: '.',
        params: { alpn: ['h2', 'h3'], ipv4hint: ['192.0.2.1'], ipv6hint: ['2001:db8::1'] },
      },
    ]);
    expect(await resolver.resolveHttps('service-alias.example.test')).toEqual([
      { priority: 0, target: 'www.example.test', params: {} },
    ]);
    expect(await resolver.resolveSvcb('_dns.example.test')).toEqual([
      { priority: 1, target: 'www.example.test', params: { alpn: ['dot'], port: 8853 } },
    ]);
    for (const name of ['www.example.test', 'alias.example.test']) {
      await expect(resolver.resolveHttps(name)).rejects.toMatchObject({
        errno: undefined,
        code: 'ENODATA',
        syscall: 'queryHttps',
        hostname: name,
      });
    }
  });
});
