/** TC: over UDP the question moves to TCP, over TCP it is the server's error. The part that came is never used. */
import {
  a,
  answer,
  byTransport,
  failure,
  forgedAddresses,
  hold,
  inOrder,
  inTurn,
  truncated,
  truncatedOverUdp,
} from '@doubao/resolver-testbed';
import { failuresOf, ResolverUpstreamError } from '@doubao/resolver';
import { expect, it } from 'vitest';
import { failureOf, failuresOfServer, genuine, goodAnswer, setStage, shown, until, victim } from './stage.ts';

const partial = truncated(a(forgedAddresses.A));

it('over UDP: the same server is asked over TCP, and only that answer counts', async () => {
  const overTcp = hold(goodAnswer);
  await using stage = await setStage(truncatedOverUdp(overTcp, a(forgedAddresses.A)));
  const lookup = stage.lookUp();
  await overTcp.waitFor(1);
  expect(stage.resolver.peek(victim)).toBeUndefined();
  await overTcp.release();
  expect(await lookup).toEqual([genuine]);
  expect(stage.asked().map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  await stage.checkAftermath(genuine);
});

it('over TCP: the next server is asked at once', async () => {
  const elsewhere = hold(goodAnswer);
  await using stage = await setStage(partial, { second: elsewhere });
  const lookup = stage.lookUp();
  await elsewhere.waitFor(1);
  expect(stage.resolver.peek(victim)).toBeUndefined();
  await elsewhere.release();
  expect(await lookup).toEqual([genuine]);
  expect(stage.asked().map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  await stage.checkAftermath(genuine);
});

it('over TCP, the only transport: the next attempt uses the same connection', async () => {
  await using stage = await setStage(inTurn(partial, goodAnswer), { protocol: 'tcp' });
  expect(await stage.lookUp()).toEqual([genuine]);
  expect(stage.asked()).toHaveLength(2);
  expect(stage.server.connections.accepted).toBe(1);
  await stage.checkAftermath(genuine);
});

it('from every server over both: the lookup fails, and names what each did', async () => {
  await using stage = await setStage(partial, { second: partial });
  const error = await failureOf(stage.lookUp());
  expect(error).toMatchObject({ code: 'EAI_AGAIN', hostname: victim });
  const failures = failuresOf(error).filter((cause) => cause instanceof ResolverUpstreamError);
  const overTcp = failures.filter(({ transport }) => transport === 'tcp');
  expect(new Set(overTcp.map(({ server }) => server))).toEqual(
    new Set([stage.server.endpoint, stage.second.endpoint]),
  );
  expect(new Set(overTcp.map(({ status }) => status))).toEqual(new Set(['BADRESP']));
  await stage.checkAftermath();
});

it('over UDP, with a server that refuses TCP: the next server is asked', async () => {
  await using stage = await setStage(partial, { server: { transports: ['udp'] }, second: goodAnswer });
  expect(await stage.lookUp()).toEqual([genuine]);
  await stage.checkAftermath(genuine);
});

it('over UDP, with a server whose connection is silent: other names are served, and the lookup can be given up', async () => {
  const overTcp = hold(goodAnswer);
  await using stage = await setStage(truncatedOverUdp(overTcp, a(forgedAddresses.A)));
  const abandon = new AbortController();
  const lookup = stage.resolver.promises.lookup(victim, { signal: abandon.signal });
  await overTcp.waitFor(1);
  await stage.checkAftermath();
  abandon.abort();
  await expect(lookup).rejects.toMatchObject({ code: 'ABORT_ERR' });
  expect(stage.resolver.peek(victim)).toBeUndefined();
  // The answer that nobody waits for any more is still good for the cache.
  await overTcp.release();
  await until(() => stage.resolver.peek(victim) !== undefined);
  expect(shown(stage.resolver, victim)).toEqual([genuine]);
});

it('every attempt that ends truncated moves to TCP', async () => {
  await using stage = await setStage(truncatedOverUdp(inTurn(failure('SERVFAIL'), goodAnswer)));
  expect(await stage.lookUp()).toEqual([genuine]);
  expect(stage.asked().map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'udp', 'tcp']);
  await stage.checkAftermath(genuine);
});

it('truncated twice, it is asked for over TCP once, and that is no failure', async () => {
  const overTcp = hold(goodAnswer);
  await using stage = await setStage(byTransport({ udp: inOrder(partial, partial), tcp: overTcp }));
  const lookup = stage.lookUp();
  await overTcp.waitFor(1);
  await overTcp.release();
  expect(await lookup).toEqual([genuine]);
  expect(stage.asked({ transport: 'tcp' })).toHaveLength(1);
  await stage.checkAftermath(genuine);
  expect(await failuresOfServer(stage)).toBe(0);
});

it('a truncated answer without any record is truncated as well', async () => {
  await using stage = await setStage(truncatedOverUdp(answer(a(genuine))));
  expect(await stage.lookUp()).toEqual([genuine]);
  await stage.checkAftermath(genuine);
});
