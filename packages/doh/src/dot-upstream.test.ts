import {
  a,
  answer,
  answerOfSize,
  closing,
  closingAfter,
  cutAfter,
  drop,
  frameOfLength,
  hold,
  inOneWrite,
  inOrder,
  inTurn,
  octetByOctet,
  reply,
  resetting,
  unrelatedMessages,
  wrongId,
} from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { idOf } from './message.ts';
import { answersIn, queryFor } from './test-support/messages.ts';
import { dotStage, useAuthority } from './test-support/stage.ts';

const authority = useAuthority();
const query = queryFor('www.test');
const good = answer(a('192.0.2.1'));
/** What reaches a test's end only if something else did not. */
const SHORT_MS = 150;

test('the octets of an answer, with the ID of the query, which was sent padded', async () => {
  await using stage = await dotStage(authority());
  const answered = await stage.upstream.query(queryFor('www.test', { id: 0xbeef }));
  expect(idOf(answered.bytes)).toBe(0xbeef);
  expect(answersIn(answered.bytes)).toEqual(['192.0.2.1']);
  expect(answered).toMatchObject({ protocol: 'tls', address: '127.0.0.1', ageSeconds: 0 });
  expect(answered.http).toBeUndefined();
  const [received] = stage.server.queries;
  expect(received).toMatchObject({ transport: 'tls' });
  expect(received?.bytes).toHaveLength(128);
});

test('queries with one ID share a connection: they get different ones', async () => {
  const held = hold(good);
  await using stage = await dotStage(authority(), { server: { onQuery: () => held } });
  const queries = ['a.test', 'b.test', 'c.test'].map((name) =>
    stage.upstream.query(queryFor(name, { id: 7 })),
  );
  await held.waitFor(3);
  await held.release();
  expect((await Promise.all(queries)).map(({ bytes }) => idOf(bytes))).toEqual([7, 7, 7]);
  expect(new Set(stage.server.queries.map(({ id }) => id)).size).toBe(3);
  expect(stage.server.connections.accepted).toBe(1);
});

test('answers out of order, in one write', async () => {
  const together = inOneWrite(3, good, 'reversed');
  await using stage = await dotStage(authority(), { server: { onQuery: () => together } });
  const names = ['a.test', 'b.test', 'c.test'];
  const answered = await Promise.all(names.map((name, id) => stage.upstream.query(queryFor(name, { id }))));
  expect(answered.map(({ bytes }) => idOf(bytes))).toEqual([0, 1, 2]);
});

test.each([
  ['octet by octet', octetByOctet(good)],
  ['with a wrong ID before', inOrder(wrongId(good), good)],
])('an answer %s', async (_, behaviour) => {
  await using stage = await dotStage(authority(), { server: { onQuery: () => behaviour } });
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
});

/** Shorter than a header, which no DNS message in a frame can be. */
const TOO_SHORT = ['empty', 'headerCut'];
const unrelated = Object.entries(unrelatedMessages).filter(([name]) => !TOO_SHORT.includes(name));

test.each(unrelated)('%s is dropped, and the answer behind it taken', async (_, build) => {
  await using stage = await dotStage(authority(), {
    server: { onQuery: () => inOrder(reply(build), good) },
  });
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
  expect(stage.server.connections.accepted).toBe(1);
});

test('the largest answer there is', async () => {
  await using stage = await dotStage(authority(), {
    server: { onQuery: () => answerOfSize(65_535, { answers: [a('192.0.2.1')] }) },
  });
  expect((await stage.upstream.query(query)).bytes).toHaveLength(65_535);
});

test('out of time, the connection lives on, and a late answer is dropped', async () => {
  const held = hold(answer(a('192.0.2.66')));
  await using stage = await dotStage(authority(), {
    server: { onQuery: ({ name }) => (name === 'slow.test' ? held : undefined) },
  });
  await stage.upstream.open();
  await expect(stage.upstream.query(queryFor('slow.test'), { timeoutMs: SHORT_MS })).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_TIMEOUT',
    phase: 'answer',
  });
  await held.release();
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
  expect(stage.server.connections.accepted).toBe(1);
});

test.each([
  ['FIN without an answer', closing()],
  ['RST', resetting()],
  ['FIN within a frame', cutAfter(20, good)],
  ['a frame of no octets', frameOfLength(0)],
  ['a frame shorter than a header', frameOfLength(11)],
])('%s: queries in flight are asked again on another connection', async (_, behaviour) => {
  const broken = inTurn(behaviour, good);
  await using stage = await dotStage(authority(), {
    server: { onQuery: ({ name }) => (name === 'www.test' ? broken : inTurn(drop(), good)) },
  });
  const beside = inTurn(drop(), good);
  stage.server.onQuery = ({ name }) => (name === 'www.test' ? broken : beside);
  await stage.upstream.open();
  const both = [stage.upstream.query(queryFor('beside.test')), stage.upstream.query(query)];
  for (const { bytes } of await Promise.all(both)) expect(answersIn(bytes)).toEqual(['192.0.2.1']);
  expect(stage.server.connections.accepted).toBe(2);
  expect(stage.upstream.stats()).toMatchObject({ answered: 2, failed: {}, retried: 2 });
});

test('a server that always closes is asked twice, no more', async () => {
  await using stage = await dotStage(authority(), { server: { onQuery: () => closing() } });
  await stage.upstream.open();
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_LOST',
    outcome: 'network',
  });
  expect(stage.server.queries).toHaveLength(2);
});

test('half-closed after an answer: the next query goes to a new connection', async () => {
  await using stage = await dotStage(authority(), { server: { onQuery: () => closingAfter(good) } });
  await stage.upstream.query(query);
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
  expect(stage.server.connections.accepted).toBe(2);
});
