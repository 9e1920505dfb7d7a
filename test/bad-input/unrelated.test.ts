/** Messages that are no answer to the query: they are as if they had not come, and cost the server nothing. */
import {
  fromOtherAddress,
  fromOtherPort,
  hold,
  inOrder,
  reply,
  forgedAnswer,
  headerOnly,
  unrelatedMessages,
  type Behaviour,
  type MessageBuilder,
} from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { failuresOfServer, genuine, goodAnswer, setStage, untilRead, victim } from './stage.ts';

/** Checks that `bad` is dropped: the one query goes on waiting, and the answer after it is taken. */
async function checkDropped(bad: Behaviour, { counted }: { readonly counted: boolean }): Promise<void> {
  const late = hold(goodAnswer);
  await using stage = await setStage(inOrder(bad, untilRead(), late));
  const rejected = stage.resolver.stats().spoofRejected;
  const lookup = stage.lookUp();
  await late.waitFor(1);
  expect(stage.resolver.peek(victim)).toBeUndefined();
  await late.release();
  expect(await lookup).toEqual([genuine]);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(genuine);
  expect(stage.resolver.stats().spoofRejected).toBe(rejected + (counted ? 1 : 0));
  expect(await failuresOfServer(stage)).toBe(0);
}

const codes = ['NXDOMAIN', 'REFUSED', 'NOERROR'] as const;
const headers = codes.map((code) => [`headerOnly ${code}`, headerOnly(code)] as const);
const messages: (readonly [string, MessageBuilder])[] = [...Object.entries(unrelatedMessages), ...headers];

describe('over UDP', () => {
  it.each(messages)('%s is dropped, and counted', async (_, build) => {
    await checkDropped(reply(build), { counted: true });
  });
});

// Below a header's length a frame is no message at all; that breaks the framing.
const shorterThanHeader = new Set(['empty', 'headerCut']);
const frames = messages.filter(([name]) => !shorterThanHeader.has(name));

describe('over TCP', () => {
  it.each(frames)('%s is dropped, and its connection stays', async (_, build) => {
    const late = hold(goodAnswer);
    await using stage = await setStage(inOrder(reply(build), late), { protocol: 'tcp' });
    const lookup = stage.lookUp();
    await late.waitFor(1);
    expect(stage.resolver.peek(victim)).toBeUndefined();
    await late.release();
    expect(await lookup).toEqual([genuine]);
    expect(stage.asked()).toHaveLength(1);
    expect(stage.server.connections.accepted).toBe(1);
    await stage.checkAftermath(genuine);
    expect(await failuresOfServer(stage)).toBe(0);
  });
});

// The kernel keeps these from the socket, which is connected to its server.
describe('from another sender', () => {
  const senders: [string, (inner: Behaviour) => Behaviour][] = [
    ['port', fromOtherPort],
    ['address', (inner) => fromOtherAddress('127.0.0.66', inner)],
  ];

  it.each(senders)('a perfect answer from another %s is dropped', async (_, from) => {
    await checkDropped(from(reply(forgedAnswer)), { counted: false });
  });

  it.each(senders)('FORMERR without question from another %s is dropped', async (_, from) => {
    await checkDropped(from(reply(headerOnly('FORMERR'))), { counted: false });
  });
});
