/**
 * FORMERR and NOTIMP as NSD sends them to queries that it cannot read: a header and no question. With our ID on that query's
 * socket they are an answer; everything else without a question is dropped (see unrelated.test.ts).
 */
import { headerOnly, hold, inOrder, inTurn, reply, wrongId, type Behaviour } from '@doubao/resolver-testbed';
import { failuresOf } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import { failureOf, genuine, goodAnswer, setStage, untilRead, victim } from './stage.ts';

describe.each(['FORMERR', 'NOTIMP'] as const)('%s without a question', (rcode) => {
  const bad = reply(headerOnly(rcode));

  it('to a query with OPT: it is sent again without, at once', async () => {
    const plain = hold(goodAnswer);
    await using stage = await setStage(inTurn(bad, plain));
    const lookup = stage.lookUp();
    await plain.waitFor(1);
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await plain.release();
    expect(await lookup).toEqual([genuine]);
    expect(stage.asked().map(({ hasOpt, transport }) => ({ hasOpt, transport }))).toEqual([
      { hasOpt: true, transport: 'udp' },
      { hasOpt: false, transport: 'udp' },
    ]);
    await stage.checkAftermath(genuine);
  });

  it('is remembered: the next name is asked for without OPT', async () => {
    const disliking: Behaviour = (exchange) => (exchange.query.hasOpt ? bad : goodAnswer)(exchange);
    await using stage = await setStage(disliking);
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(await stage.lookUp('later.test')).toEqual([genuine]);
    const later = stage.server.queriesFor({ name: 'later.test', type: 'A' });
    expect(later.map(({ hasOpt }) => hasOpt)).toEqual([false]);
    await stage.checkAftermath(genuine);
  });

  it('to a query without OPT: the next server is asked at once', async () => {
    await using stage = await setStage(bad, { second: goodAnswer });
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(stage.asked().map(({ hasOpt }) => hasOpt)).toEqual([true, false]);
    await stage.checkAftermath(genuine);
  });

  it('from every server: the lookup fails with that code', async () => {
    await using stage = await setStage(bad);
    const error = await failureOf(stage.lookUp());
    expect(error).toMatchObject({ code: 'EAI_AGAIN' });
    const statuses = failuresOf(error).map((failure) => 'status' in failure && failure.status);
    expect(new Set(statuses)).toEqual(new Set([rcode]));
    await stage.checkAftermath();
  });

  it('with a wrong ID: it is dropped', async () => {
    await using stage = await setStage(inOrder(wrongId(bad), untilRead(), goodAnswer));
    const rejected = stage.resolver.stats().spoofRejected;
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(stage.resolver.stats().spoofRejected).toBe(rejected + 1);
    expect(stage.asked()).toHaveLength(1);
    await stage.checkAftermath(genuine);
  });

  it('over TCP: it is sent again without OPT on the same connection', async () => {
    await using stage = await setStage(inTurn(bad, goodAnswer), { protocol: 'tcp' });
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(stage.asked().map(({ hasOpt, connection }) => ({ hasOpt, connection }))).toEqual([
      { hasOpt: true, connection: 1 },
      { hasOpt: false, connection: 1 },
    ]);
    await stage.checkAftermath(genuine);
  });
});
