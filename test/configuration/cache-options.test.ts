import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bloomFilter,
  createResolver,
  type DoubaoResolver,
  failuresOf,
  ResolverOverloadedError,
  type ResolverOptions,
} from '@doubao/resolver';
import {
  a,
  aaaa,
  answer,
  byType,
  nodata,
  nxdomain,
  startDnsServer,
  type DnsServer,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: DnsServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-cache-options-'));
  server = await startDnsServer({
    onQuery: ({ name }) => {
      if (name.startsWith('none')) return nxdomain({ soa: { ttl: 3600, minimum: 3600 } });
      const AAAA = name.startsWith('dual') ? answer(aaaa('2001:db8::1', 5)) : nodata();
      return byType({ A: answer(a('192.0.2.1', 5)), AAAA });
    },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function open(options: ResolverOptions): DoubaoResolver {
  const servers = [`udp://${server.endpoint}`];
  return createResolver({ servers, hosts: false, search: [], system: 'never', ...options });
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    ({ code }: NodeJS.ErrnoException) => code,
  );
}

test('names that the allow-list does not have cost no query', async () => {
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '192.0.2.77 listed.elsewhere.test\n');
  const bloom = bloomFilter(['filtered.test']);
  const allow = { names: ['named.test'], suffixes: ['svc.test'], bloom };
  await using resolver = open({ hosts, cache: { namespace: 'allow', allow } });
  const before = server.queries.length;
  const { promises } = resolver;
  for (const name of ['other.test', 'sub.named.test', 'xsvc.test']) {
    expect(await codeOf(promises.lookup(name))).toBe('ENOTFOUND');
    expect(await codeOf(promises.resolve4(name))).toBe('ENOTFOUND');
  }
  expect(await promises.lookup('listed.elsewhere.test')).toEqual({ address: '192.0.2.77', family: 4 });
  expect(await promises.lookup('localhost', 4)).toEqual({ address: '127.0.0.1', family: 4 });
  expect(server.queries.length).toBe(before);
  expect(resolver.stats()).toMatchObject({ allowListRejected: 6, queriesSent: expect.any(Number) });
  for (const name of ['named.test', 'NAMED.test.', 'a.svc.test', 'filtered.test']) {
    expect(await promises.lookup(name)).toEqual({ address: '192.0.2.1', family: 4 });
  }
});

test('what a resolver without an allow-list has learnt, one with it serves from the cache', async () => {
  const cache = { namespace: 'shared' };
  await using open1 = open({ cache });
  await using open2 = open({ cache: { ...cache, allow: { names: ['first.test'] } } });
  await open1.promises.lookup('second.test');
  await open2.promises.lookup('first.test');
  const before = server.queries.length;
  expect(await open2.promises.lookup('second.test')).toEqual({ address: '192.0.2.1', family: 4 });
  expect(await codeOf(open2.promises.lookup('third.test'))).toBe('ENOTFOUND');
  expect(server.queries.length).toBe(before);
});

test('preset doubao-v1: an answer lives 300 s, a denial 120 s, whatever the zone says', async () => {
  await using resolver = open({ preset: 'doubao-v1' });
  await resolver.promises.lookup('dual.test');
  await codeOf(resolver.promises.lookup('none.test'));
  const positive = resolver.peek('dual.test')?.expiresInMs ?? 0;
  expect(positive).toBeGreaterThan(269_000);
  expect(positive).toBeLessThanOrEqual(300_000);
  const negative = resolver.peek('none.test')?.expiresInMs ?? 0;
  expect(negative).toBeGreaterThan(107_000);
  expect(negative).toBeLessThanOrEqual(120_000);
  await using written = open({ preset: 'doubao-v1', cache: { negative: { maxTtl: 10 }, jitter: 0 } });
  await codeOf(written.promises.lookup('none.test'));
  expect(written.peek('none.test')?.expiresInMs).toBeLessThanOrEqual(10_000);
});

test('above cache.missesPerSecond of a domain lookups fail, and say why', async () => {
  await using resolver = open({ cache: { namespace: 'misses', missesPerSecond: 5 } });
  const names = Array.from({ length: 50 }, (_, index) => `n${index}.random.test`);
  const errors = await Promise.all(
    names.map((name) =>
      resolver.promises.lookup(name).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  const refused = errors.filter((error) => error !== undefined);
  expect(refused.length).toBeGreaterThan(30);
  for (const error of refused) {
    expect(error).toMatchObject({ code: 'EAI_AGAIN' });
    expect(failuresOf(error)[0]).toBeInstanceOf(ResolverOverloadedError);
  }
  expect(await resolver.promises.lookup('other.domain.test')).toEqual({ address: '192.0.2.1', family: 4 });
});

test('what was prewarmed is not asked for again', async () => {
  await using resolver = open({ cache: { namespace: 'prewarm', minTtl: 600 }, prewarm: ['start.test'] });
  const names = ['one.test', 'two.test', 'none.test', '192.0.2.9', 'a..b'];
  expect(await resolver.prewarm(names, { within: 50 })).toEqual({
    resolved: ['192.0.2.9', 'one.test', 'two.test'].toSorted((x, y) => names.indexOf(x) - names.indexOf(y)),
    failed: expect.arrayContaining(['none.test', 'a..b']),
  });
  await resolver.promises.lookup('start.test');
  const before = server.queries.length;
  for (const name of ['one.test', 'two.test', 'start.test']) await resolver.promises.lookup(name);
  expect(await resolver.prewarm(['one.test', 'two.test'])).toEqual({
    resolved: ['one.test', 'two.test'],
    failed: [],
  });
  expect(server.queries.length).toBe(before);
});
