/** Much at once: what is kept is bounded and grows with what came, not faster. */
import { a, answer, byType, hold, manyA, manyAaaa, nodata, truncatedOverUdp } from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { genuine, goodAnswer, resolverFor, setStage, shown, startServer } from './stage.ts';

const many = 4000;
const allOfThem = manyA(many).map(({ data }) => String(data));

describe('4 000 A records', () => {
  it('come over TCP after truncation, all of them', async () => {
    await using stage = await setStage(answer(...manyA(many)));
    const found = await stage.lookUp();
    expect(found.toSorted()).toEqual(allOfThem.toSorted());
    expect(stage.asked().map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    await stage.checkAftermath(...allOfThem);
  });

  it('are given to each of many waiters in arrays of their own', async () => {
    const held = hold(answer(...manyA(many)));
    await using stage = await setStage(truncatedOverUdp(held));
    const lookups = Array.from({ length: 20 }, () => stage.lookUp());
    await held.waitFor(1);
    await held.release();
    const results = await Promise.all(lookups);
    expect(new Set(results).size).toBe(results.length);
    for (const result of results) expect(result.toSorted()).toEqual(allOfThem.toSorted());
    expect(stage.asked({ transport: 'tcp' })).toHaveLength(1);
    await stage.checkAftermath(...allOfThem);
  });

  it('beside as many AAAA records', async () => {
    const ipv6 = manyAaaa(2000).map(({ data }) => String(data));
    await using stage = await setStage(answer(...manyA(many)), { ipv6: answer(...manyAaaa(2000)) });
    const found = await stage.lookUp();
    expect(found.toSorted()).toEqual([...allOfThem, ...ipv6].toSorted());
    await stage.checkAftermath(...allOfThem, ...ipv6);
  });

  it('of many names stay within the cache’s limit', async () => {
    const maxBytes = 256 * 1024;
    const names = Array.from({ length: 40 }, (_, index) => `large-${index}.test`);
    await using stage = await setStage(answer(...manyA(many)), { cache: { maxBytes } });
    for (const name of names) expect(await stage.lookUp(name)).toHaveLength(many);
    const { cacheBytes, cacheEvictions } = stage.resolver.stats();
    expect(cacheBytes).toBeLessThanOrEqual(maxBytes);
    expect(cacheEvictions).toBeGreaterThan(0);
    await stage.checkAftermath();
  });
});

describe('1 000 answers held and released at once', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `name-${index}.test`);
  const addressOf = (name: string): string => {
    const index = Number(/^name-(\d+)\./.exec(name)?.[1]);
    return `10.0.${index >>> 8}.${index & 0xff}`;
  };
  /** RFC 7766 §6.2.2 asks for few; the number is the resolver's own. */
  const mostConnections = 4;
  // One answer with one address, with all that the cache keeps beside it, and as much again.
  const octetsPerEntry = 512;

  it.each(['udp', 'tcp'] as const)('of 1 000 names over %s: each gets its own', async (protocol) => {
    const held = hold((exchange) => answer(a(addressOf(exchange.query.name)))(exchange));
    await using server = await startServer({ onQuery: () => byType({ A: held, AAAA: nodata() }) });
    await using resolver = resolverFor([server], { protocol });
    const lookUpAll = () => Promise.all(names.map((name) => resolver.promises.lookup(name)));
    const lookups = lookUpAll();
    await held.waitFor(names.length);
    expect(resolver.stats().waiters).toBe(names.length);
    for (const name of names) expect(resolver.peek(name)).toBeUndefined();
    await held.release();
    const found = await lookups;
    expect(found.map(({ address }) => address)).toEqual(names.map(addressOf));
    for (const name of names) expect(shown(resolver, name)).toEqual([addressOf(name)]);
    // One for each family.
    const entries = 2 * names.length;
    expect(server.queries).toHaveLength(entries);
    const { waiters, flights, cacheEntries, cacheBytes } = resolver.stats();
    expect({ waiters, flights, cacheEntries }).toEqual({ waiters: 0, flights: 0, cacheEntries: entries });
    expect(cacheBytes).toBeLessThanOrEqual(entries * octetsPerEntry);
    expect(await lookUpAll()).toEqual(found);
    expect(server.queries).toHaveLength(entries);
  });

  it('of one name: one query, and one settlement each', async () => {
    const held = hold(goodAnswer);
    await using stage = await setStage(held);
    const lookups = names.map(() => stage.lookUp());
    await held.waitFor(1);
    await held.release();
    for (const found of await Promise.all(lookups)) expect(found).toEqual([genuine]);
    expect(stage.asked()).toHaveLength(1);
    await stage.checkAftermath(genuine);
  });

  it('of 4 000 records each, over TCP: all arrive, and the connections stay few', async () => {
    const few = names.slice(0, 100);
    const held = hold(answer(...manyA(many)));
    await using server = await startServer({ onQuery: () => byType({ A: held, AAAA: nodata() }) });
    await using resolver = resolverFor([server], { protocol: 'tcp' });
    const lookups = few.map((name) => resolver.promises.lookup(name, { all: true }));
    await held.waitFor(few.length);
    await held.release();
    for (const found of await Promise.all(lookups)) expect(found).toHaveLength(many);
    expect(server.queriesFor({ type: 'A' })).toHaveLength(few.length);
    expect(server.connections.accepted).toBeLessThanOrEqual(mostConnections);
    for (const name of few) expect(shown(resolver, name)).toHaveLength(many);
  });
});
