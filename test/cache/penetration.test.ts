/** Names that do not exist: each costs few queries, and none of them costs a name that does. */
import { failuresOf, ResolverOverloadedError, type ResolverOptions } from '@doubao/resolver';
import { startResponder, type Responder } from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { lookUpAll, namesBelow, resolverFor } from './stage.ts';

const addresses = { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] };
const families = 2;

/** A server that knows the names below `real.test` only, and denies the others. */
const startServer = (): Promise<Responder> =>
  startResponder({ ...addresses, suffix: 'real.test', unknown: 'deny' });

/** Looks names up one after the other, and tells what became of them and how many queries they were. */
async function cost(
  options: ResolverOptions,
  names: readonly string[],
): Promise<{ tally: Record<string, number>; queries: number }> {
  await using server = await startServer();
  await using resolver = resolverFor(server, options);
  const tally: Record<string, number> = {};
  for (const name of names) {
    for (const [outcome, count] of Object.entries(await lookUpAll(resolver, [name]))) {
      tally[outcome] = (tally[outcome] ?? 0) + count;
    }
  }
  return { tally, queries: (await server.stats()).unknown };
}

describe('a name that does not exist, looked up a thousand times', () => {
  const names = Array.from({ length: 1000 }, () => 'missing.test');

  it('is one query a family', async () => {
    expect(await cost({}, names)).toEqual({ tally: { ENOTFOUND: names.length }, queries: families });
  });

  it('without negative caching is one query a family each time', async () => {
    const options: ResolverOptions = { cache: { negative: { maxTtl: 0 } } };
    const queries = families * names.length;
    expect(await cost(options, names)).toEqual({ tally: { ENOTFOUND: names.length }, queries });
  });
});

describe('a thousand random names', () => {
  const names = namesBelow('random.test', 1000);
  const allow = { suffixes: ['real.test'] };

  it('that an allow-list does not have are no query', async () => {
    expect(await cost({ cache: { allow } }, names)).toEqual({
      tally: { ENOTFOUND: names.length },
      queries: 0,
    });
  });

  it('without a list are one query a family each', async () => {
    const queries = families * names.length;
    expect(await cost({}, names)).toEqual({ tally: { ENOTFOUND: names.length }, queries });
  });

  it('do not keep a name of the list from being found', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { cache: { allow } });
    expect(await lookUpAll(resolver, [...names, 'www.real.test'])).toEqual({
      ENOTFOUND: names.length,
      found: 1,
    });
    expect(await server.stats()).toMatchObject({ a: 1, aaaa: 1, unknown: 0 });
  });
});

describe('200 000 random names', () => {
  const flood = namesBelow('random.test', 200_000);
  const real = namesBelow('real.test', 1000);
  // Room for twice the real names' answers, and for a fiftieth of the flood.
  const cache = { maxEntries: 4 * real.length };

  /** How many queries for real names there are after a flood that were answered before it. */
  async function lost(server: Responder, names: readonly string[]): Promise<number> {
    await using resolver = resolverFor(server, { cache });
    // Once only: nothing else speaks for them.
    expect(await lookUpAll(resolver, real)).toEqual({ found: real.length });
    await lookUpAll(resolver, names, 4);
    const before = await server.stats();
    // Another resolver of the same cache has nothing in front of it.
    await using fresh = resolverFor(server, { cache });
    expect(await lookUpAll(fresh, real)).toEqual({ found: real.length });
    const after = await server.stats();
    return after.a + after.aaaa - before.a - before.aaaa;
  }

  it('that do not exist cost no real name its place', async () => {
    await using server = await startServer();
    expect(await lost(server, flood)).toBe(0);
    expect((await server.stats()).unknown).toBe(flood.length);
  });

  it('without a bound of their own would cost them all', async () => {
    // What makes the difference is that they exist: to the cache these are as good as the others. A tenth is enough.
    await using server = await startResponder(addresses);
    expect(await lost(server, flood.slice(0, flood.length / 10))).toBeGreaterThan(real.length);
  });
});

describe('a thousand random names below one domain at once', () => {
  const names = namesBelow('random.test', 1000);
  const missesPerSecond = 20;

  it('cost no more queries than misses are allowed, and others as many as without them', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { cache: { missesPerSecond } });
    const limited = resolver.stats().missLimited;
    const began = performance.now();
    const outcomes = await Promise.allSettled(names.map((name) => resolver.promises.lookup(name)));
    const allowed = missesPerSecond * (1 + (performance.now() - began) / 1000);
    const asked = (await server.stats()).unknown / families;
    expect(asked).toBeGreaterThanOrEqual(missesPerSecond);
    expect(asked).toBeLessThanOrEqual(allowed);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected' && isOverload(outcome.reason));
    expect(refused).toHaveLength(names.length - asked);
    expect(resolver.stats().missLimited - limited).toBe(refused.length);
    // Another domain has misses of its own.
    expect(await resolver.promises.lookup('www.real.test', { family: 4 })).toMatchObject({ family: 4 });
  });

  it('without a limit are one query a family each', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server);
    expect(await lookUpAll(resolver, names)).toEqual({ ENOTFOUND: names.length });
    expect((await server.stats()).unknown).toBe(families * names.length);
  });
});

function isOverload(error: NodeJS.ErrnoException): boolean {
  const [failure] = failuresOf(error);
  return error.code === 'EAI_AGAIN' && failure instanceof ResolverOverloadedError;
}
