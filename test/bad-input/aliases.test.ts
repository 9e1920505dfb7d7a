/** Aliases that lead nowhere, too far, or astray. */
import {
  a,
  answer,
  chainName,
  cname,
  cnameChain,
  cnameLoop,
  forgedAddresses,
  hold,
  ownedBy,
  respond,
  rewritten,
  type Behaviour,
} from '@doubao/resolver-testbed';
import { failuresOf } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import { badAnswer, failureOf, genuine, goodAnswer, setStage, victim, type Stage } from './stage.ts';

const longest = 11;
const end = [a(genuine)];

/** Checks that an answer of `bad` counts like SERVFAIL: the next server is asked at once, and without one the lookup fails. */
async function checkFails(bad: Behaviour): Promise<void> {
  const elsewhere = hold(goodAnswer);
  await using stage = await setStage(bad, { second: elsewhere });
  const lookup = stage.lookUp();
  await elsewhere.waitFor(1);
  expect(stage.resolver.peek(victim)).toBeUndefined();
  expect(stage.second.queriesFor({ type: 'A' }).map(({ name }) => name)).toEqual([victim]);
  await elsewhere.release();
  expect(await lookup).toEqual([genuine]);
  await stage.checkAftermath(genuine);

  await using alone = await setStage(bad);
  const error = await failureOf(alone.lookUp());
  expect(error).toMatchObject({ code: 'EAI_AGAIN', hostname: victim });
  const statuses = failuresOf(error).map((failure) => 'status' in failure && failure.status);
  expect(new Set(statuses)).toEqual(new Set(['SERVFAIL']));
  await alone.checkAftermath();
}

describe('in one message', () => {
  it.each([1, 2, 3, longest, longest + 1])('a loop of %i aliases fails', async (length) => {
    await checkFails(cnameLoop(length));
  });

  it.each([longest + 1, 16, 40])('a chain of %i aliases fails', async (length) => {
    await checkFails(cnameChain({ length, end }));
  });

  it.each(['in-order', 'reversed', 'shuffled'] as const)(
    'a chain of 11 aliases resolves, %s',
    async (order) => {
      await using stage = await setStage(cnameChain({ length: longest, end, order }));
      expect(await stage.lookUp()).toEqual([genuine]);
      await stage.checkAftermath(genuine);
    },
  );
});

/** Answers names `link-N.chain.test` with the alias to the next, and the victim with the first; the last has an address. */
function hopByHop(length: number): Behaviour {
  return (exchange) => {
    const { name } = exchange.query;
    const link = name === victim ? 0 : Number(/^link-(\d+)\./.exec(name)?.[1]);
    return answer(...(link < length ? [cname(chainName(link + 1))] : end))(exchange);
  };
}

describe('over several messages', () => {
  it('a chain of 11 aliases resolves', async () => {
    await using stage = await setStage(hopByHop(longest));
    expect(await stage.lookUp()).toEqual([genuine]);
    const names = stage.server.queries.filter(({ type }) => type === 'A').map(({ name }) => name);
    expect(names.slice(1)).toEqual([
      victim,
      ...Array.from({ length: longest }, (_, link) => chainName(link + 1)),
    ]);
    await stage.checkAftermath(genuine);
  });

  it('a chain of 12 aliases fails', async () => {
    await checkFails(hopByHop(longest + 1));
  });

  it('a chain that never ends fails', async () => {
    await checkFails(hopByHop(Number.POSITIVE_INFINITY));
  });

  it('the aliases of all messages count', async () => {
    await checkFails((exchange) => {
      const first = exchange.query.name === victim;
      const suffix = first ? 'one.test' : 'two.test';
      return cnameChain({ length: 6, suffix, end: first ? [] : end })(exchange);
    });
  });

  it('11 aliases in two messages resolve', async () => {
    await using stage = await setStage((exchange) => {
      const first = exchange.query.name === victim;
      const [length, suffix] = first ? [6, 'one.test'] : [5, 'two.test'];
      return cnameChain({ length, suffix, end: first ? [] : end })(exchange);
    });
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });

  it.each([1, 2, 3])('a loop of %i aliases fails', async (length) => {
    await checkFails((exchange) => {
      const { name } = exchange.query;
      const link = name === victim ? 0 : Number(/^link-(\d+)\./.exec(name)?.[1]);
      return answer(cname(link + 1 === length ? victim : chainName(link + 1)))(exchange);
    });
  });
});

const classChaos = 3;
const headerOctets = 12;
// A pointer and a type.
const classOffset = 2 + 2;

/** The first record of what `inner` sends gets another class than the question's. */
function inClassChaos(inner: Behaviour): Behaviour {
  return rewritten((message, query) => {
    const changed = Buffer.from(message);
    changed.writeUInt16BE(classChaos, headerOctets + query.question.length + classOffset);
    return changed;
  }, inner);
}

describe('records of other owners', () => {
  const other = 'other.test';
  const planted = ownedBy(other, a(forgedAddresses.A));

  /** The cache does not know it: it has to be asked for. */
  async function checkNotPlanted({ server, lookUp }: Stage): Promise<void> {
    expect(server.queriesFor({ name: other })).toHaveLength(0);
    await lookUp(other).catch(() => undefined);
    expect(server.queriesFor({ name: other, type: 'A' })).not.toHaveLength(0);
  }

  it.each<[string, Behaviour]>([
    ['before the answer', respond({ answers: [planted, a(genuine)] })],
    ['after the answer', respond({ answers: [a(genuine), planted] })],
    ['in the authority section', respond({ answers: [a(genuine)], authorities: [planted] })],
    ['in the additional section', respond({ answers: [a(genuine)], additionals: [planted] })],
    ['at an alias that is not theirs', respond({ answers: [ownedBy(other, cname(victim)), a(genuine)] })],
  ])('%s are neither used nor cached', async (_, behaviour) => {
    await using stage = await setStage(behaviour);
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    await checkNotPlanted(stage);
  });

  it('alone are no answer', async () => {
    await using stage = await setStage(answer(planted));
    expect(await failureOf(stage.lookUp())).toMatchObject({ code: 'ENOTFOUND', hostname: victim });
    await stage.checkAftermath();
    await checkNotPlanted(stage);
  });

  it('at the end of an alias are used for it, and not cached as theirs', async () => {
    await using stage = await setStage(answer(cname(other), ownedBy(other, a(genuine))));
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    await checkNotPlanted(stage);
  });

  it('of another class are no answer', async () => {
    await using stage = await setStage(inClassChaos(badAnswer));
    expect(await failureOf(stage.lookUp())).toMatchObject({ code: 'ENOTFOUND', hostname: victim });
    await stage.checkAftermath();
  });
});
