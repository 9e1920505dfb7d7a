/** Answers past their lifetime: kept, shown, and what a lookup gets that overload leaves no other. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { failuresOf, ResolverOverloadedError, type ResolverOptions } from '@doubao/resolver';
import { a, answer, byType, drop, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { lookUpAll, namesBelow, resolverFor, untilExpired } from './stage.ts';

const address = '192.0.2.1';
const ttlSeconds = 1;
const family = 4;

/** A server that knows every name for a second. */
const startServer = (): Promise<DnsServer> =>
  startDnsServer({ onQuery: () => byType({ A: answer(a(address, ttlSeconds)) }) });

describe('an expired answer', () => {
  const name = 'www.stale.test';

  it('is kept and shown as stale, and asked for again', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server);
    await resolver.promises.lookup(name);
    expect(resolver.peek(name)).toMatchObject({ addresses: [{ address, family }], stale: false });
    await untilExpired(resolver, ttlSeconds);
    expect(resolver.peek(name)).toEqual({
      addresses: [{ address, family }],
      code: undefined,
      expiresInMs: 0,
      stale: true,
      fromHosts: false,
    });
    await resolver.promises.lookup(name);
    expect(server.queriesFor({ type: 'A' })).toHaveLength(2);
  });

  it('is gone where none is kept', async () => {
    await using server = await startServer();
    await using resolver = resolverFor(server, { cache: { stale: { maxAge: 0 } } });
    await resolver.promises.lookup(name);
    await untilExpired(resolver, ttlSeconds);
    expect(resolver.peek(name)).toBeUndefined();
  });
});

describe('when more is asked for than can be under way', () => {
  const known = namesBelow('known.test', 2000);
  // Three quarters of what is not kept for known names.
  const mostUnknown = 10_752;

  /**
   * Known names expire, the server falls silent, unknown names take all the room there is for them, and then the known
   * ones are looked up.
   */
  async function lookUpInOverload(
    options: ResolverOptions,
  ): Promise<{ found: string[]; refused: unknown[]; staleServed: number }> {
    await using server = await startServer();
    await using loading = resolverFor(server, options);
    expect(await lookUpAll(loading, known, family)).toEqual({ found: known.length });
    // One of the same cache, whose questions are under way until the end.
    await using resolver = resolverFor(server, { ...options, timeout: 60_000, tries: 1, deadline: 60_000 });
    await untilExpired(loading, ttlSeconds);
    server.onQuery = () => drop();
    for (const name of namesBelow('unknown.test', mostUnknown))
      resolver.lookup(name, { family }, () => undefined);
    while (resolver.stats().flights < mostUnknown) await nextTurn();
    const before = resolver.stats().staleServed;
    const found: string[] = [];
    const refused: unknown[] = [];
    for (const name of known) {
      resolver.lookup(name, { family }, (error, text) => {
        if (error === null) found.push(text);
        else if (isOverload(error)) refused.push(error);
      });
    }
    // Some find room; the others are told at once.
    while (found.length + refused.length === 0) await nextTurn();
    // Copies: closing the resolver tells the rest, after this was counted.
    return { found: [...found], refused: [...refused], staleServed: resolver.stats().staleServed - before };
  }

  it('a lookup gets the expired answer of its name', async () => {
    const { found, refused, staleServed } = await lookUpInOverload({});
    expect(new Set(found)).toEqual(new Set([address]));
    expect(refused).toEqual([]);
    expect(staleServed).toBeGreaterThanOrEqual(found.length);
  });

  it('and is refused where none is kept', async () => {
    const { found, refused, staleServed } = await lookUpInOverload({ cache: { stale: { maxAge: 0 } } });
    expect(found).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(staleServed).toBe(0);
  });
});

function isOverload(error: NodeJS.ErrnoException): boolean {
  const [failure] = failuresOf(error);
  return error.code === 'EAI_AGAIN' && failure instanceof ResolverOverloadedError;
}
