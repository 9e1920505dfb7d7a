/** A thousand names of the same lifetime are loaded at once: they do not expire at once, and nobody waits for them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResolverOptions } from '@doubao/resolver';
import { startResponder } from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { lookUpAll, namesBelow, resolverFor, untilExpired } from './stage.ts';

const names = namesBelow('avalanche.test', 1000);
const addresses = { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] };
const unprotected: ResolverOptions = { cache: { jitter: 0, refreshAhead: false } };

describe('expiries', () => {
  const ttlSeconds = 3600;
  // A hundredth of the lifetime, and longer than loading them takes.
  const intervalMs = ttlSeconds * 10;

  /** How many names the cache says will expire in each interval, the last of them first. */
  async function expiriesPerInterval(options: ResolverOptions): Promise<number[]> {
    await using server = await startResponder({ ...addresses, ttlSeconds });
    await using resolver = resolverFor(server, options);
    expect(await lookUpAll(resolver, names)).toEqual({ found: names.length });
    const expiries = names.map((name) => resolver.peek(name)?.expiresInMs ?? 0);
    const last = Math.max(...expiries);
    const perInterval: number[] = [];
    for (const expiry of expiries) {
      const interval = Math.floor((last - expiry) / intervalMs);
      perInterval[interval] = (perInterval[interval] ?? 0) + 1;
    }
    return perInterval;
  }

  it('spread over the last tenth of the lifetime', async () => {
    const perInterval = await expiriesPerInterval({});
    // That of the earlier of two families, each drawn by itself.
    expect(perInterval.length).toBeLessThanOrEqual(11);
    expect(perInterval.length).toBeGreaterThanOrEqual(9);
    expect(Math.max(...perInterval)).toBeLessThan(names.length / 3);
  });

  it('without jitter come at once', async () => {
    expect(await expiriesPerInterval(unprotected)).toEqual([names.length]);
  });
});

describe('queries when the lifetime is over', () => {
  const ttlSeconds = 8;
  const shortTtlSeconds = 3;

  it('come ahead of expiry, and callers do not wait for them', async () => {
    await using server = await startResponder({ ...addresses, ttlSeconds });
    await using resolver = resolverFor(server);
    await lookUpAll(resolver, names);
    const loaded = resolver.stats();
    let mostInSweep = 0;
    for (let asked = names.length; asked < 2 * names.length;) {
      await lookUpAll(resolver, names);
      await nextTurn();
      const { a } = await server.stats();
      mostInSweep = Math.max(mostInSweep, a - asked);
      asked = a;
    }
    const { cacheMisses, refreshes } = resolver.stats();
    // None, unless this machine stands still for a tenth of the lifetime.
    expect(cacheMisses - loaded.cacheMisses).toBeLessThan(names.length / 2);
    expect(refreshes - loaded.refreshes).toBeGreaterThan(names.length / 2);
    expect(mostInSweep).toBeLessThan(names.length);
  });

  it('without both come at once, and every caller waits', async () => {
    await using server = await startResponder({ ...addresses, ttlSeconds: shortTtlSeconds });
    await using resolver = resolverFor(server, unprotected);
    // Hot enough for a refresh.
    for (let sweep = 0; sweep < 5; sweep++) await lookUpAll(resolver, names);
    const loaded = resolver.stats();
    await untilExpired(resolver, shortTtlSeconds);
    expect(await server.stats()).toMatchObject({ a: names.length });
    await lookUpAll(resolver, names);
    const { cacheMisses, refreshes } = resolver.stats();
    expect(cacheMisses - loaded.cacheMisses).toBe(names.length);
    expect(refreshes - loaded.refreshes).toBe(0);
    expect(await server.stats()).toMatchObject({ a: 2 * names.length });
  });
});
