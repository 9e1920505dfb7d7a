/**
 * Frames and connections that break. Only a frame that can hold no message closes its connection; what else was asked there
 * is asked again on a new one.
 */
import {
  answer,
  a,
  answerOfSize,
  byType,
  closing,
  closingAfter,
  cutAfter,
  forgedAnswer,
  frameOfLength,
  hold,
  inOneWrite,
  inOrder,
  inTurn,
  largestMessageOctets,
  nodata,
  octetByOctet,
  reply,
  resetting,
  truncatedOverUdp,
  unreadableMessages,
  unrelatedMessages,
  type Behaviour,
  type MessageBuilder,
} from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import {
  badAnswer,
  bystander,
  failureOf,
  genuine,
  goodAnswer,
  setStage,
  victim,
  type StageOptions,
} from './stage.ts';

/** All queries share a connection, on which the bystander's waits. */
const overTcp: StageOptions = { protocol: 'tcp' };
const lostOnce: StageOptions = { ...overTcp, bystanderQueries: 2 };

/** Checks that `bad` costs its connection and nothing else: what was under way there is asked again on the next one. */
async function checkReconnected(bad: Behaviour): Promise<void> {
  await using stage = await setStage(inTurn(bad, goodAnswer), lostOnce);
  const lookup = stage.lookUp();
  const [lost, again] = await stage.server.waitForQueries(2, { name: victim, type: 'A' });
  expect([lost?.connection, again?.connection]).toEqual([1, 2]);
  expect(await lookup).toEqual([genuine]);
  await stage.server.waitForQueries(2, { name: bystander });
  await stage.checkAftermath(genuine);
  expect(stage.server.connections.accepted).toBe(2);
}

/** Checks that `behaviour` answers the only query, on the connection that everything shares. */
async function checkTaken(behaviour: Behaviour, ipv6 = nodata()): Promise<void> {
  await using stage = await setStage(behaviour, { ...overTcp, ipv6 });
  expect(await stage.lookUp()).toEqual([genuine]);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(genuine);
  expect(stage.server.connections.accepted).toBe(1);
}

function builder(table: Readonly<Record<string, MessageBuilder>>, name: string): MessageBuilder {
  const build = table[name];
  if (build === undefined) throw new Error(`No message ${name}`);
  return build;
}

describe('a frame that can hold no message', () => {
  const lengths = Array.from({ length: 12 }, (_, length) => length);

  it.each(lengths)('of %i octets closes the connection, whose queries are asked again', async (length) => {
    await checkReconnected(frameOfLength(length));
  });

  it.each(lengths)('of %i octets spoils what comes behind it', async (length) => {
    await checkReconnected(shortFrameBefore(length, forgedAnswer));
  });
});

/** A frame of so many zeros and a message behind it, in one write. */
function shortFrameBefore(length: number, build: MessageBuilder): Behaviour {
  return (exchange) => {
    const message = build(exchange.query);
    const head = Buffer.alloc(2 + length + 2);
    head.writeUInt16BE(length, 0);
    head.writeUInt16BE(message.length, 2 + length);
    return exchange.connection?.write(Buffer.concat([head, message]));
  };
}

describe('a connection that ends', () => {
  // The frame has 62 octets.
  it.each([1, 2, 3, 13, 14, 35, 61])('after %i octets of a frame: the part is not used', async (octets) => {
    await checkReconnected(cutAfter(octets, badAnswer));
  });

  it('without an answer', async () => {
    await checkReconnected(closing());
  });

  it('by a reset', async () => {
    await checkReconnected(resetting());
  });

  it('after the answer: that is used, and the rest is asked again', async () => {
    await using stage = await setStage(closingAfter(goodAnswer), lostOnce);
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(stage.asked()).toHaveLength(1);
    await stage.server.waitForQueries(2, { name: bystander });
    await stage.checkAftermath(genuine);
  });
});

describe('a server all of whose connections break', () => {
  // Of one question; both numbers are the resolver's own.
  const mostReconnects = 8;
  const attempts = 3;

  it.each([
    ['by a frame without a message', frameOfLength(0)],
    ['by FIN', closing()],
    ['by a reset', resetting()],
  ])('%s: the lookup fails after a few of them', async (_, bad) => {
    await using stage = await setStage(truncatedOverUdp(bad));
    const error = await failureOf(stage.lookUp());
    expect(error).toMatchObject({ code: 'EAI_AGAIN', hostname: victim });
    expect(stage.server.connections.accepted).toBeLessThanOrEqual(mostReconnects + attempts);
    await stage.checkAftermath();
  });

  it.each([
    ['by a frame without a message', frameOfLength(0)],
    ['by FIN', closing()],
    ['by a reset', resetting()],
  ])('%s: the next server is asked', async (_, bad) => {
    await using stage = await setStage(truncatedOverUdp(bad), { second: goodAnswer });
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });
});

describe('segments', () => {
  it('a frame octet by octet is one message', async () => {
    const ipv6 = hold(nodata());
    // No other frame may come between the octets.
    await checkTaken(
      inOrder(octetByOctet(goodAnswer), () => ipv6.release()),
      ipv6,
    );
  });

  it.each(['in-order', 'reversed'] as const)('two frames in one read are two messages, %s', async (order) => {
    const both = inOneWrite(2, byType({ A: goodAnswer }), order);
    await checkTaken(both, both);
  });

  it.each(Object.keys(unrelatedMessages).filter((name) => name !== 'empty' && name !== 'headerCut'))(
    '%s and the answer in one read: the answer is found',
    async (name) => {
      await checkTaken(inOneWrite(1, inOrder(reply(builder(unrelatedMessages, name)), goodAnswer)));
    },
  );

  it('an unreadable message and the answer in one read: the answer wins', async () => {
    const bad = reply(builder(unreadableMessages, 'pointerToItself'));
    await using stage = await setStage(inOneWrite(1, inOrder(bad, goodAnswer)), overTcp);
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    expect(stage.server.connections.accepted).toBe(1);
  });

  it('the answer twice in one read: the second is dropped', async () => {
    await checkTaken(inOneWrite(1, inOrder(goodAnswer, reply(forgedAnswer))));
  });
});

describe('the longest frame', () => {
  it('is read', async () => {
    await checkTaken(answerOfSize(largestMessageOctets, { answers: [a(genuine)] }));
  });

  it('with zeros in it is dropped, and the answer behind it is found', async () => {
    await checkTaken(inOrder(frameOfLength(largestMessageOctets), answer(a(genuine))));
  });
});

it('frames that nobody asked for are dropped', async () => {
  await using stage = await setStage(goodAnswer, {
    ...overTcp,
    server: {
      onConnection: (connection) => {
        const frame = Buffer.alloc(2 + 12);
        frame.writeUInt16BE(12, 0);
        void connection.write(frame);
      },
    },
  });
  expect(await stage.lookUp()).toEqual([genuine]);
  await stage.checkAftermath(genuine);
  expect(stage.server.connections.accepted).toBe(1);
});
