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
  startDnsServer,
  type Behaviour,
} from '@doubao/resolver-testbed';
import { failuresOf } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import { failureOf, genuine, goodAnswer, resolverFor, setStage, shown, victim } from './stage.ts';

const longest = 11;
const end = [a(genuine)];

/** Checks that an answer of `bad` counts like SERVFAIL: the next server is asked at once, and without one the lookup fails. */
async function checkFails(bad: Behaviour): Promise<void> {
  const elsewhere = hold(goodAnswer);
  await using stage = await setStage(bad, { second: elsewhere });
  const lookup = stage.lookUp();
  await elsewhere.waitFor(1);
  expect(stage.resolver.peek(victim)).toBeUndefined();
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
