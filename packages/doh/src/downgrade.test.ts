import { a, answer, httpStatus } from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { createDowngradingUpstream } from './downgrade.ts';
import { FakeClock } from '@doubao/resolver-testbed/fake-clock';
import { answersIn, queryFor } from './test-support/messages.ts';
import { dohStage, dotStage, useAuthority } from './test-support/stage.ts';

const authority = useAuthority();
const query = queryFor('www.test');
const MINUTE_MS = 60_000;

/** HTTPS answers 192.0.2.1 and TLS 192.0.2.2. */
async function bothStages() {
  const https = await dohStage(authority());
  const tls = await dotStage(authority(), { server: { onQuery: () => answer(a('192.0.2.2')) } });
  const clock = new FakeClock();
  const upstream = createDowngradingUpstream(https.upstream, tls.upstream, clock);
  return {
    https,
    tls,
    clock,
    upstream,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      await https.server.close();
      await tls.server.close();
    },
  };
}

/** Lets what is on its way arrive. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('while HTTPS works, TLS is not even connected', async () => {
  await using stage = await bothStages();
  await stage.upstream.open();
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
  expect(stage.upstream.protocol).toBe('https');
  expect(stage.tls.server.connections.accepted).toBe(0);
});

test('where HTTPS is impossible, TLS answers the same query, and is asked for a minute', async () => {
  await using stage = await bothStages();
  stage.https.server.onRequest = () => httpStatus(404);
  const answered = await stage.upstream.query(query);
  expect(answersIn(answered.bytes)).toEqual(['192.0.2.2']);
  expect(answered.protocol).toBe('tls');
  stage.https.server.onRequest = undefined;
  stage.clock.advance(MINUTE_MS - 1);
  expect((await stage.upstream.query(query)).protocol).toBe('tls');
  expect(stage.upstream.stats()).toEqual(stage.tls.upstream.stats());
  stage.clock.advance(1);
  // This one does not wait for HTTPS either.
  expect((await stage.upstream.query(query)).protocol).toBe('tls');
  while (stage.upstream.protocol !== 'https') await turn();
  expect((await stage.upstream.query(query)).protocol).toBe('https');
});

test('nobody listens for HTTPS', async () => {
  await using stage = await bothStages();
  await stage.https.server.close();
  await stage.upstream.open();
  expect(stage.upstream.protocol).toBe('tls');
  expect((await stage.upstream.query(query)).protocol).toBe('tls');
  // A minute later it is tried in vain, and for another minute not at all.
  stage.clock.advance(MINUTE_MS);
  const attempted = () => stage.https.upstream.stats().connections.attempted;
  const before = attempted();
  await stage.upstream.query(query);
  expect(attempted()).toBe(before + 1);
  while (stage.https.upstream.stats().connections.attempted === before) await turn();
  expect((await stage.upstream.query(query)).protocol).toBe('tls');
});

test('a server that is merely asked too much is not asked over TLS instead', async () => {
  await using stage = await bothStages();
  stage.https.server.onRequest = () => httpStatus(429, { 'retry-after': '1' });
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    http: { status: 429, retryAfterMs: 1000 },
  });
  expect(stage.tls.server.connections.accepted).toBe(0);
});

test('with neither, the error is that of TLS, and nothing was sent in clear', async () => {
  await using stage = await bothStages();
  await stage.https.server.close();
  await stage.tls.server.close();
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_CONNECT',
    message: expect.stringContaining('tls://'),
  });
});

test('HEAD is of HTTPS; where it shows that this is impossible, TLS answers from then on', async () => {
  await using stage = await bothStages();
  expect((await stage.upstream.head()).http.status).toBe(501);
  expect(stage.upstream.protocol).toBe('https');
  await stage.https.server.close();
  await expect(stage.upstream.head()).rejects.toMatchObject({ outcome: 'network' });
  expect(stage.upstream.protocol).toBe('tls');
  expect((await stage.upstream.query(query)).protocol).toBe('tls');
});
