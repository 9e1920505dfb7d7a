/** Answers that come late, twice, or for someone who has gone: each lookup settles once, by what came first. */
import {
  byType,
  forgedAnswer,
  hold,
  inOneWrite,
  inOrder,
  inTurn,
  nodata,
  reply,
  type Query,
} from '@doubao/resolver-testbed';
import type { DoubaoResolver, LookupOptions } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import {
  badAnswer,
  failureOf,
  genuine,
  goodAnswer,
  resolverFor,
  setStage,
  shown,
  startServer,
  silence,
  until,
  victim,
} from './stage.ts';

/** A lookup that counts how often its callback is called. */
interface Counted {
  /** Address or code of each call. */
  readonly calls: readonly (string | undefined)[];
  /** Resolves with the first call. */
  readonly settled: Promise<void>;
}

function countedLookup(
  resolver: DoubaoResolver,
  name: string,
  options: LookupOptions = {},
  then: () => void = () => undefined,
): Counted {
  const calls: (string | undefined)[] = [];
  const settled = new Promise<void>((resolve) => {
    resolver.lookup(name, { ...options, all: false }, (error, address) => {
      calls.push(error === null ? address : error.code);
      resolve();
      then();
    });
  });
  return { calls, settled };
}

describe('a late answer', () => {
  it('after the caller’s own deadline goes to the cache, not to the caller', async () => {
    const held = hold(goodAnswer);
    await using stage = await setStage(held);
    const lookup = countedLookup(stage.resolver, victim, { timeout: 50 });
    await held.waitFor(1);
    await lookup.settled;
    expect(lookup.calls).toEqual(['EAI_AGAIN']);
    // A caller's impatience says nothing about the name.
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await held.release();
    await until(() => stage.resolver.peek(victim) !== undefined);
    await stage.checkAftermath(genuine);
    expect(lookup.calls).toEqual(['EAI_AGAIN']);
    expect(stage.asked()).toHaveLength(1);
  });

  it('after its attempt’s timeout still wins while the next attempt is silent', async () => {
    const held = hold(goodAnswer);
    await using stage = await setStage(inTurn(held, silence), { timeout: 50, tries: 10 });
    const lookup = countedLookup(stage.resolver, victim);
    await stage.server.waitForQueries(2, { name: victim, type: 'A' });
    await held.release();
    await lookup.settled;
    await stage.checkAftermath(genuine);
    expect(lookup.calls).toEqual([genuine]);
  });

  it('after another attempt’s answer is dropped', async () => {
    const held = hold(badAnswer);
    await using stage = await setStage(inTurn(held, goodAnswer), { timeout: 50, tries: 10 });
    const lookup = countedLookup(stage.resolver, victim);
    await lookup.settled;
    await held.release();
    await stage.checkAftermath(genuine);
    expect(lookup.calls).toEqual([genuine]);
  });

  it('after the last attempt is dropped, and the name can be asked for again', async () => {
    const held = hold(badAnswer);
    await using stage = await setStage(inTurn(held, goodAnswer), { timeout: 500, tries: 1 });
    const lookup = countedLookup(stage.resolver, victim);
    await lookup.settled;
    expect(lookup.calls).toEqual(['EAI_AGAIN']);
    expect(shown(stage.resolver, victim)).toEqual([]);
    await held.release();
    // The bystander's answer proves that the server answers again: what its silence left in the cache is over.
    await stage.checkAftermath();
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    expect(lookup.calls).toEqual(['EAI_AGAIN']);
  });

  it('after the caller gave up goes to the cache, not to the caller', async () => {
    const held = hold(goodAnswer);
    await using stage = await setStage(held);
    const abort = new AbortController();
    const lookup = countedLookup(stage.resolver, victim, { signal: abort.signal });
    await held.waitFor(1);
    abort.abort();
    await lookup.settled;
    await held.release();
    await until(() => stage.resolver.peek(victim) !== undefined);
    await stage.checkAftermath(genuine);
    expect(lookup.calls).toEqual(['ABORT_ERR']);
  });

  it('after close reaches nobody', async () => {
    const held = hold(goodAnswer);
    await using server = await startServer({ onQuery: () => byType({ A: held, AAAA: nodata() }) });
    const resolver = resolverFor([server]);
    const lookups = Array.from({ length: 10 }, () => countedLookup(resolver, victim));
    await held.waitFor(1);
    await Promise.all([resolver.close(), ...lookups.map(({ settled }) => settled)]);
    await held.release();
    // A whole lookup of another resolver later, nothing more has come.
    await using next = resolverFor([server]);
    expect(await next.promises.lookup('next.test')).toEqual({ address: genuine, family: 4 });
    expect(lookups.flatMap(({ calls }) => calls)).toEqual(lookups.map(() => 'EAI_CANCELED'));
    expect(resolver.peek(victim)).toBeUndefined();
  });
});

it('close resolves when everyone who waited has been told', async () => {
  const held = hold(goodAnswer);
  await using server = await startServer({ onQuery: () => byType({ A: held, AAAA: nodata() }) });
  const resolver = resolverFor([server]);
  const lookups = Array.from({ length: 10 }, () => countedLookup(resolver, victim));
  await held.waitFor(1);
  await resolver.close();
  expect(lookups.flatMap(({ calls }) => calls)).toEqual(lookups.map(() => 'EAI_CANCELED'));
});

describe('a second answer', () => {
  it.each(['udp', 'tcp'] as const)('with the same ID over %s is dropped', async (protocol) => {
    const twice = inOrder(goodAnswer, reply(forgedAnswer));
    await using stage = await setStage(twice, { protocol });
    const lookup = countedLookup(stage.resolver, victim);
    await lookup.settled;
    await stage.checkAftermath(genuine);
    expect(lookup.calls).toEqual([genuine]);
  });

  it.each(['udp', 'tcp'] as const)(
    'to each of 2 000 queries that share what the resolver sends them by, over %s, is dropped',
    async (protocol) => {
      const names = Array.from({ length: 2000 }, (_, index) => `name-${index}.test`);
      const twice = byType({ A: inOrder(goodAnswer, reply(forgedAnswer)), AAAA: nodata() });
      await using server = await startServer({ onQuery: () => twice });
      await using resolver = resolverFor([server], { protocol });
      const lookups = names.map((name) => countedLookup(resolver, name));
      await Promise.all(lookups.map(({ settled }) => settled));
      for (const name of names) expect(shown(resolver, name)).toEqual([genuine]);
      expect(lookups.flatMap(({ calls }) => calls)).toEqual(names.map(() => genuine));
    },
  );
});

describe('a reused ID', () => {
  it.each(['udp', 'tcp'] as const)(
    'does not let the answer of an earlier query over %s through',
    async (protocol) => {
      const earlier = 'earlier.test';
      let first: Query | undefined;
      const late = reply((query) => forgedAnswer({ ...(first ?? query), id: query.id }));
      await using stage = await setStage(
        (exchange) => {
          if (exchange.query.name !== earlier) return inOrder(late, goodAnswer)(exchange);
          first = exchange.query;
          return goodAnswer(exchange);
        },
        { protocol },
      );
      expect(await stage.lookUp(earlier)).toEqual([genuine]);
      const rejected = stage.resolver.stats().spoofRejected;
      expect(await stage.lookUp()).toEqual([genuine]);
      expect(stage.resolver.stats().spoofRejected).toBe(rejected + 1);
      expect(stage.asked()).toHaveLength(1);
      expect(shown(stage.resolver, earlier)).toEqual([genuine]);
      await stage.checkAftermath(genuine);
    },
  );
});

describe('inside a callback', () => {
  const names = Array.from({ length: 100 }, (_, index) => `name-${index}.test`);

  /** Lookups of all names, whose answers are in one read, so that they come in one batch. */
  async function atOnce(
    act: (resolver: DoubaoResolver, aborts: AbortController[]) => void,
  ): Promise<Counted[]> {
    const all = inOneWrite(names.length, goodAnswer);
    await using stage = await setStage(all, { protocol: 'tcp' });
    const aborts = names.map(() => new AbortController());
    const lookups = names.map((name, index) => {
      const { signal } = aborts[index] ?? new AbortController();
      const then = index === 0 ? () => act(stage.resolver, aborts) : undefined;
      return countedLookup(stage.resolver, name, { family: 4, signal }, then);
    });
    await Promise.all(lookups.map(({ settled }) => settled));
    await stage.checkAftermath();
    return lookups;
  }

  it('aborting all others settles each of them once', async () => {
    const lookups = await atOnce((_, aborts) => aborts.forEach((abort) => abort.abort()));
    for (const { calls } of lookups) {
      expect(calls).toHaveLength(1);
      expect([genuine, 'ABORT_ERR']).toContain(calls[0]);
    }
    expect(lookups[0]?.calls).toEqual([genuine]);
  });

  it('aborting itself changes nothing', async () => {
    const lookups = await atOnce((_, aborts) => aborts[0]?.abort());
    expect(lookups.flatMap(({ calls }) => calls)).toEqual(names.map(() => genuine));
  });

  it('looking the other names up joins or is answered, and settles once', async () => {
    const more: Counted[] = [];
    const lookups = await atOnce((resolver) => {
      more.push(...names.map((name) => countedLookup(resolver, name, { family: 4 })));
    });
    await Promise.all(more.map(({ settled }) => settled));
    expect([...lookups, ...more].flatMap(({ calls }) => calls)).toEqual(
      [...names, ...names].map(() => genuine),
    );
  });

  it('invalidating everything takes no answer from who waits', async () => {
    const lookups = await atOnce((resolver) => void resolver.invalidate());
    expect(lookups.flatMap(({ calls }) => calls)).toEqual(names.map(() => genuine));
  });

  it('closing the resolver settles what is pending once', async () => {
    const held = hold(goodAnswer);
    await using server = await startServer({
      onQuery: ({ name }) => byType({ A: name === victim ? goodAnswer : held, AAAA: nodata() }),
    });
    await using resolver = resolverFor([server]);
    const pending = names.map((name) => countedLookup(resolver, name, { family: 4 }));
    await held.waitFor(names.length);
    const closing = countedLookup(resolver, victim, {}, () => void resolver.close());
    await Promise.all([closing, ...pending].map(({ settled }) => settled));
    await held.release();
    expect(closing.calls).toEqual([genuine]);
    expect(pending.flatMap(({ calls }) => calls)).toEqual(names.map(() => 'EAI_CANCELED'));
    expect(await failureOf(resolver.promises.lookup(victim))).toMatchObject({ code: 'EAI_CANCELED' });
  });
});
