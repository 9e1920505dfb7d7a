/**
 * Messages that answer the query and cannot be read: the next attempt starts at once, over TCP and then at the next server,
 * and a good answer to the first one still counts.
 */
import {
  byTransport,
  forgedAddresses,
  hold,
  inOrder,
  inTurn,
  pointerChain,
  reply,
  truncated,
  unreadableMessages,
  type MessageBuilder,
} from '@doubao/resolver-testbed';
import { failuresOf } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  failuresOfServer,
  genuine,
  goodAnswer,
  setStage,
  shown,
  silence,
  until,
  victim,
} from './stage.ts';

describe.each(Object.entries(unreadableMessages))('%s', (_, build: MessageBuilder) => {
  const bad = reply(build);

  it('over UDP: the same server is asked over TCP at once', async () => {
    const overTcp = hold(goodAnswer);
    await using stage = await setStage(byTransport({ udp: bad, tcp: overTcp }));
    const malformed = stage.resolver.stats().malformed;
    const lookup = stage.lookUp();
    await overTcp.waitFor(1);
    expect(stage.resolver.stats().malformed).toBe(malformed + 1);
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await overTcp.release();
    expect(await lookup).toEqual([genuine]);
    expect(stage.asked().map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    await stage.checkAftermath(genuine);
    expect(await failuresOfServer(stage)).toBe(1);
  });

  it('over UDP: a good answer that follows it wins while TCP is silent', async () => {
    const late = hold(goodAnswer);
    await using stage = await setStage(byTransport({ udp: inOrder(bad, late), tcp: silence }));
    const lookup = stage.lookUp();
    await stage.server.waitForQueries(1, { name: victim, transport: 'tcp' });
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await late.release();
    expect(await lookup).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });

  it('over TCP: the next attempt starts at once, and the connection stays', async () => {
    await using stage = await setStage(inTurn(bad, goodAnswer), { protocol: 'tcp' });
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(stage.asked()).toHaveLength(2);
    await stage.checkAftermath(genuine);
    expect(stage.server.connections.accepted).toBe(1);
  });

  it('over TCP: a good answer that follows it wins', async () => {
    const late = hold(goodAnswer);
    await using stage = await setStage(inTurn(inOrder(bad, late), silence), { protocol: 'tcp' });
    const lookup = stage.lookUp();
    await stage.server.waitForQueries(2, { name: victim, type: 'A' });
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await late.release();
    expect(await lookup).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });

  it('after truncation: the next attempt starts at once', async () => {
    await using stage = await setStage(byTransport({ udp: inTurn(truncated(), goodAnswer), tcp: bad }));
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });

  it('over both transports: the next server is asked at once', async () => {
    const elsewhere = hold(goodAnswer);
    await using stage = await setStage(bad, { second: elsewhere });
    const lookup = stage.lookUp();
    await elsewhere.waitFor(1);
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await elsewhere.release();
    expect(await lookup).toEqual([genuine]);
    expect(stage.asked().map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    await stage.checkAftermath(genuine);
  });

  it('from everywhere: the lookup fails, says so, and shows no address', async () => {
    await using stage = await setStage(bad, { second: bad });
    const error = await failureOf(stage.lookUp());
    expect(error).toMatchObject({ code: 'EAI_AGAIN', syscall: 'getaddrinfo', hostname: victim });
    const failures = failuresOf(error).map((failure) => 'status' in failure && failure.status);
    expect(new Set(failures)).toEqual(new Set(['BADRESP']));
    expect(shown(stage.resolver, victim)).toEqual([]);
    await stage.checkAftermath();
  });
});

it('a name behind 127 jumps, as many as a name of 255 octets can need, is read', async () => {
  await using stage = await setStage(reply(pointerChain(127)));
  expect(await stage.lookUp()).toEqual([forgedAddresses.A]);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(forgedAddresses.A);
});

describe('both families', () => {
  it.each(Object.entries(unreadableMessages))('%s to one of them leaves the other', async (_, build) => {
    await using stage = await setStage(goodAnswer, { ipv6: reply(build) });
    expect(await stage.lookUp()).toEqual([genuine]);
    // The lookup does not wait long for the other family, and the cache shows both or none.
    await until(() => stage.resolver.peek(victim) !== undefined);
    await stage.checkAftermath(genuine);
  });
});
