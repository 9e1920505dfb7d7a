/** How long answers are kept: as their zone says, or, with preset `doubao-v1`, as they are used. */
import type { DoubaoResolver, ResolverOptions } from '@doubao/resolver';
import { a, aaaa, answer, byType, nxdomain, startDnsServer, type Behaviour } from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { resolverFor } from './stage.ts';

const name = 'www.lifetimes.test';
const ttlSeconds = 5;
const bothFamilies = byType({
  A: answer(a('192.0.2.1', ttlSeconds)),
  AAAA: answer(aaaa('2001:db8::1', ttlSeconds)),
});

/** Looks the name up and tells how many milliseconds the cache says are left, and how many there may have been. */
async function lifetime(
  behaviour: Behaviour,
  options: ResolverOptions,
  use: (resolver: DoubaoResolver) => Promise<void> = async () => undefined,
): Promise<{ leftMs: number; passedMs: number }> {
  await using server = await startDnsServer({ onQuery: () => behaviour });
  await using resolver = resolverFor(server, { ...options, cache: { jitter: 0, ...options.cache } });
  const began = performance.now();
  await resolver.promises.lookup(name).catch(() => undefined);
  await use(resolver);
  const leftMs = resolver.peek(name)?.expiresInMs ?? 0;
  return { leftMs, passedMs: performance.now() - began };
}

/** Checks that the whole lifetime is so many seconds. */
async function checkLifetime(seconds: number, ...given: Parameters<typeof lifetime>): Promise<void> {
  const { leftMs, passedMs } = await lifetime(...given);
  expect(leftMs).toBeLessThanOrEqual(seconds * 1000);
  // Milliseconds are whole ones in the cache.
  expect(leftMs).toBeGreaterThanOrEqual(seconds * 1000 - passedMs - 1);
}

/** Hits that this thread's mirror does not keep from the cache. */
async function hit(resolver: DoubaoResolver, times: number): Promise<void> {
  for (let hits = 0; hits < times; hits++) {
    await Promise.all([resolver.promises.resolve4(name), resolver.promises.resolve6(name)]);
  }
}

describe('an answer of 5 seconds', () => {
  it('is kept for 5 seconds', () => checkLifetime(5, bothFamilies, {}));

  it('is kept for 5 minutes with doubao-v1', () => checkLifetime(300, bothFamilies, { preset: 'doubao-v1' }));

  it.each([
    [9, 300],
    [10, 360],
    [25, 420],
    [50, 600],
    [200, 600],
  ])('that has been hit %i times is kept for %i seconds with doubao-v1', (hits, seconds) =>
    checkLifetime(seconds, bothFamilies, { preset: 'doubao-v1' }, (resolver) => hit(resolver, hits)),
  );

  it('is kept for 5 seconds however often it is hit without', () =>
    checkLifetime(5, bothFamilies, {}, (resolver) => hit(resolver, 200)));
});

describe('the denial of a name', () => {
  const hour = 3600;
  const denial = nxdomain({ soa: { ttl: hour, minimum: hour } });

  it('of an hour is kept for 5 minutes', () => checkLifetime(300, denial, {}));
  it('of an hour is kept for 2 minutes with doubao-v1', () =>
    checkLifetime(120, denial, { preset: 'doubao-v1' }));
  it('is kept as long as an option says', () =>
    checkLifetime(7, denial, { cache: { negative: { maxTtl: 7 } } }));
});
