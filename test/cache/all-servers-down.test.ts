/**
 * Every server is down: what was ever resolved still resolves, what was not fails in time, and when a server is back its
 * answer counts. A TTL of 0 makes an answer expire at once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DoubaoResolver } from '@doubao/resolver';
import {
  a,
  aaaa,
  answer,
  byType,
  drop,
  failure,
  nxdomain,
  startDnsServer,
  type Behaviour,
  type DnsServer,
} from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { lookUpAll, namesBelow, resolverFor } from './stage.ts';

const name = 'www.stale.test';
const old = ['192.0.2.1', '2001:db8::1'];
const moved = ['192.0.2.2', '2001:db8::2'];

const answering =
  ([v4, v6]: readonly string[], ttl = 0) =>
  (): Behaviour =>
    byType({ A: answer(a(v4 as string, ttl)), AAAA: answer(aaaa(v6 as string, ttl)) });

/** A server whose answers expire at once. */
const startServer = (): Promise<DnsServer> => startDnsServer({ onQuery: answering(old) });

/** What a lookup gives: sorted addresses, or the code of its error. */
async function lookUp(resolver: DoubaoResolver, hostname: string = name): Promise<string[] | string> {
  return await resolver.promises.lookup(hostname, { all: true }).then(
    (found) => found.map(({ address }) => address).toSorted(),
    (error: NodeJS.ErrnoException) => error.code ?? String(error),
  );
}

/** Counts, from now on, lookups of this process that get something old. */
function countStale(resolver: DoubaoResolver): () => number {
  const before = resolver.stats().staleServed;
  return () => resolver.stats().staleServed - before;
}

/** How servers go down, and whether that is noticed without waiting. */
const deaths: Record<string, (server: DnsServer) => void | Promise<void>> = {
  'falls silent': (server) => {
    server.onQuery = () => drop();
  },
  'is gone': (server) => server.close(),
  'answers SERVFAIL': (server) => {
    server.onQuery = () => failure('SERVFAIL');
  },
  'answers REFUSED': (server) => {
    server.onQuery = () => failure('REFUSED');
  },
};

describe.each(Object.entries(deaths))('when the only server %s', (_, die) => {
  it('a name that was resolved still resolves, at once from the second lookup on', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server);
    const staleServed = countStale(resolver);
    expect(await lookUp(resolver)).toEqual(old);
    await die(server);
    expect(await lookUp(resolver)).toEqual(old);
    const { queriesSent } = resolver.stats();
    const again = Array.from({ length: 100 }, () => lookUp(resolver));
    // All are there before anything could have been waited for.
    await nextTurn();
    const inTurn = await Promise.race([Promise.all(again), nextTurn('late')]);
    expect(inTurn).toEqual(again.map(() => old));
    expect(staleServed()).toBe(101);
    expect(resolver.stats().mirror.entries).toBe(0);
    expect(resolver.peek(name)).toMatchObject({ stale: true, expiresInMs: 0 });
    // Only what was under way is asked again.
    expect(resolver.stats().queriesSent - queriesSent).toBeLessThanOrEqual(4);
  });

  it('a name that was not fails with EAI_AGAIN', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { deadline: 600 });
    await lookUp(resolver);
    await die(server);
    expect(await lookUp(resolver, 'unknown.stale.test')).toBe('EAI_AGAIN');
    expect(await lookUp(resolver)).toEqual(old);
  });

  it('queries of one type get nothing old', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { timeout: 200, tries: 1 });
    await lookUp(resolver);
    await die(server);
    expect(await lookUp(resolver)).toEqual(old);
    await expect(resolver.promises.resolve4(name)).rejects.toMatchObject({ syscall: 'queryA' });
  });
});

describe('a silent server', () => {
  it('is not waited for longer than half the time of a lookup', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { cache: { stale: { serveAfter: 60_000 } } });
    await lookUp(resolver);
    server.onQuery = () => drop();
    const staleServed = countStale(resolver);
    const found = resolver.promises.lookup(name, { all: true, timeout: 100 });
    expect((await found).map(({ address }) => address).toSorted()).toEqual(old);
    expect(staleServed()).toBe(1);
  });

  it('leaves a lookup time to be aborted', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server);
    await lookUp(resolver);
    server.onQuery = () => drop();
    const staleServed = countStale(resolver);
    const controller = new AbortController();
    const found = resolver.promises.lookup(name, { signal: controller.signal });
    controller.abort();
    await expect(found).rejects.toMatchObject({ name: 'AbortError' });
    expect(staleServed()).toBe(0);
  });

  it('of a thousand names leaves all, and is not asked for them again', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server);
    const names = namesBelow('many.stale.test', 1000);
    expect(await lookUpAll(resolver, names)).toEqual({ found: 1000 });
    server.onQuery = () => drop();
    const staleServed = countStale(resolver);
    expect(await lookUpAll(resolver, names)).toEqual({ found: 1000 });
    const { queriesSent } = resolver.stats();
    expect(staleServed()).toBe(1000);
    expect(await lookUpAll(resolver, names)).toEqual({ found: 1000 });
    expect(staleServed()).toBe(2000);
    // Each family of each name has three attempts in all.
    expect(resolver.stats().queriesSent - queriesSent).toBeLessThanOrEqual(2 * 2 * names.length);
  });
});

describe('a server that is back', () => {
  it('is believed: the new addresses count, and no longer the old', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { cache: { stale: { serveAfter: 20, hold: 1 } } });
    expect(await lookUp(resolver)).toEqual(old);
    server.onQuery = () => drop();
    expect(await lookUp(resolver)).toEqual(old);
    server.onQuery = answering(moved, 3600);
    let found = await lookUp(resolver);
    while (String(found) !== String(moved)) {
      // Never half of either.
      expect([old, [moved[0], old[1]], [old[0], moved[1]]]).toContainEqual(found);
      await nextTurn();
      found = await lookUp(resolver);
    }
    const staleServed = countStale(resolver);
    expect(await lookUp(resolver)).toEqual(moved);
    expect(resolver.peek(name)).toMatchObject({ stale: false });
    expect(staleServed()).toBe(0);
  });

  it('is believed when it denies the name', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { cache: { stale: { serveAfter: 20, hold: 1 } } });
    await lookUp(resolver);
    server.onQuery = () => drop();
    expect(await lookUp(resolver)).toEqual(old);
    server.onQuery = () => nxdomain();
    while ((await lookUp(resolver)) !== 'ENOTFOUND') await nextTurn();
    expect(resolver.peek(name)).toMatchObject({ addresses: [], code: 'ENOTFOUND', stale: false });
  });
});

it('names from a snapshot resolve although no server ever answered', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'resolver-stale-'));
  try {
    const cache = { snapshot: { path: join(directory, 'cache.snapshot') } };
    await using server = await startServer();
    {
      await using first = resolverFor(server, { cache });
      expect(await lookUp(first)).toEqual(old);
    }
    server.onQuery = () => drop();
    await using second = resolverFor(server, { cache });
    const staleServed = countStale(second);
    expect(await lookUp(second)).toEqual(old);
    expect(staleServed()).toBe(1);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
