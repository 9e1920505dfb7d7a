import {
  a,
  aaaa,
  answer,
  answerOfSize,
  bodyOfOctets,
  dnsMessageType,
  drop,
  failure,
  goAway,
  hangUp,
  hold,
  htmlPage,
  type HttpBehaviour,
  httpStatus,
  redirect,
  reply,
  resetStream,
  rewritten,
  stalledBody,
  unreadableMessages,
  unrelatedMessages,
} from '@doubao/resolver-testbed';
import { decode } from 'dns-packet';
import { expect, test } from 'vitest';
import { UpstreamHttpError } from './errors.ts';
import { idOf } from './message.ts';
import { answersIn, parsed, queryFor } from './test-support/messages.ts';
import { dohStage, useAuthority } from './test-support/stage.ts';

const authority = useAuthority();
const query = queryFor('www.test');
/** What reaches a test's end only if something else did not. */
const SHORT_MS = 150;

test('POST: the octets of an answer, with the ID of the query, which was sent with 0 and padded', async () => {
  await using stage = await dohStage(authority());
  const answered = await stage.upstream.query(queryFor('www.test', { id: 0xbeef }));
  expect(idOf(answered.bytes)).toBe(0xbeef);
  expect(answersIn(answered.bytes)).toEqual(['192.0.2.1']);
  expect(answered).toMatchObject({
    ageSeconds: 0,
    protocol: 'https',
    address: '127.0.0.1',
    http: { status: 200, contentType: dnsMessageType },
    connection: { reused: false, resumed: false },
  });
  const [received] = stage.server.queries;
  expect(received).toMatchObject({ id: 0, transport: 'https', http: { method: 'POST', path: '/dns-query' } });
  expect(received?.bytes).toHaveLength(128);
  expect(received?.options.map(({ code }) => code)).toEqual([12]);
});

test('a request tells nothing of its client beside the query', async () => {
  await using stage = await dohStage(authority());
  await stage.upstream.query(query);
  expect(Object.keys(stage.server.queries[0]?.http?.headers ?? {}).toSorted()).toEqual([
    ':authority',
    ':method',
    ':path',
    ':scheme',
    'accept',
    'content-length',
    'content-type',
  ]);
});

test('GET: the same in the URL', async () => {
  await using stage = await dohStage(authority(), { upstream: { method: 'GET' } });
  const { bytes } = await stage.upstream.query(query);
  expect(idOf(bytes)).toBe(idOf(query));
  const [received] = stage.server.queries;
  expect(received).toMatchObject({ id: 0, http: { method: 'GET' } });
  expect(received?.http?.path).toMatch(/^\/dns-query\?dns=[\w-]+$/);
  expect(received?.bytes).toHaveLength(128);
});

test('equal questions make equal requests', async () => {
  await using stage = await dohStage(authority(), { upstream: { method: 'GET' } });
  await stage.upstream.query(queryFor('www.test', { id: 1 }));
  await stage.upstream.query(queryFor('www.test', { id: 2 }));
  const [first, second] = stage.server.queries;
  expect(first?.http?.path).toBe(second?.http?.path);
});

test('the query handed in is not changed', async () => {
  await using stage = await dohStage(authority());
  const mine = queryFor('www.test');
  const before = Uint8Array.from(mine);
  await stage.upstream.query(mine);
  expect(mine).toEqual(before);
});

test('NXDOMAIN, NODATA, SERVFAIL and REFUSED are answers: what they are worth is decided elsewhere', async () => {
  await using stage = await dohStage(authority(), {
    server: {
      onQuery: ({ name }) => (name === 'servfail.test' ? failure('SERVFAIL') : undefined),
      zone: { 'refused.test': failure('REFUSED'), 'www.test': [aaaa('2001:db8::1')] },
    },
  });
  const rcodes = ['missing.test', 'www.test', 'servfail.test', 'refused.test'].map(async (name) => {
    const { bytes } = await stage.upstream.query(queryFor(name));
    return (parsed(bytes) as { rcode?: string }).rcode;
  });
  expect(await Promise.all(rcodes)).toEqual(['NXDOMAIN', 'NOERROR', 'SERVFAIL', 'REFUSED']);
});

test('the age of an answer in an HTTP cache is taken off its TTLs', async () => {
  await using stage = await dohStage(authority(), { server: { httpHeaders: { age: '45' } } });
  const { bytes, ageSeconds } = await stage.upstream.query(query);
  expect(ageSeconds).toBe(45);
  expect(parsed(bytes).answers?.[0]).toMatchObject({ ttl: 15 });
  stage.server.httpHeaders = { age: '4000000000' };
  expect(parsed((await stage.upstream.query(query)).bytes).answers?.[0]).toMatchObject({ ttl: 0 });
});

test('the largest answer there is', async () => {
  await using stage = await dohStage(authority(), {
    server: { onQuery: () => answerOfSize(65_535, { answers: [a('192.0.2.1')] }) },
  });
  const { bytes } = await stage.upstream.query(query);
  expect(bytes).toHaveLength(65_535);
});

const refusals: [string, HttpBehaviour, string, object][] = [
  ['a page', htmlPage(), 'CONTENT_TYPE', { status: 200, contentType: 'text/html; charset=utf-8' }],
  ['a redirect', redirect('https://other.test/dns-query'), 'REDIRECT', { status: 307 }],
  ['400', httpStatus(400), 'STATUS', { status: 400 }],
  ['404', httpStatus(404), 'STATUS', { status: 404 }],
  [
    '429 with Retry-After',
    httpStatus(429, { 'retry-after': '30' }),
    'STATUS',
    { status: 429, retryAfterMs: 30_000 },
  ],
  ['500 with a DNS message', httpStatus(500, { 'content-type': dnsMessageType }), 'STATUS', { status: 500 }],
  ['503', httpStatus(503, { 'retry-after': 'later' }), 'STATUS', { status: 503 }],
  ['a body that says it is too large', bodyOfOctets(65_536), 'TOO_LARGE', { status: 200 }],
  ['a body that is too large', bodyOfOctets(200_000, false), 'TOO_LARGE', { status: 200 }],
];

test.each(refusals)('%s is no answer, and the connection lives on', async (_, behaviour, code, http) => {
  await using stage = await dohStage(authority(), { server: { onRequest: () => behaviour } });
  const error: unknown = await stage.upstream.query(query).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UpstreamHttpError);
  expect(error).toMatchObject({ code: `ERR_RESOLVER_UPSTREAM_${code}`, outcome: 'http', http });
  stage.server.onRequest = undefined;
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
  expect(stage.server.connections.accepted).toBe(1);
});

test.each([
  ['nothing', new Uint8Array()],
  ['eleven octets', new Uint8Array(11)],
  ['the query itself', query],
])('200 with %s is no DNS answer', async (_, body) => {
  const behaviour = httpStatus(200, { 'content-type': dnsMessageType }, body);
  await using stage = await dohStage(authority(), { server: { onRequest: () => behaviour } });
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_ANSWER',
    outcome: 'malformed',
  });
});

test('an answer with another ID than 0 is none', async () => {
  const otherId = rewritten(
    (message) => {
      message.writeUInt16BE(4711, 0);
      return message;
    },
    answer(a('192.0.2.1')),
  );
  await using stage = await dohStage(authority(), { server: { onQuery: () => otherId } });
  await expect(stage.upstream.query(query)).rejects.toMatchObject({ outcome: 'malformed' });
});

test.each(Object.entries(unrelatedMessages))('unrelated to the query: %s', async (_, build) => {
  await using stage = await dohStage(authority(), { server: { onQuery: () => reply(build) } });
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_ANSWER',
    outcome: 'malformed',
  });
});

test.each(Object.entries(unreadableMessages))(
  'unreadable: %s is handed on as it came, or refused',
  async (_, build) => {
    await using stage = await dohStage(authority(), { server: { onQuery: () => reply(build) } });
    const outcome = await stage.upstream.query(query).then(
      ({ bytes }) => bytes,
      (error: { outcome: string }) => error.outcome,
    );
    // Records are parsed where answers of all transports are; here only what no parser may see is refused.
    if (typeof outcome === 'string') expect(outcome).toBe('malformed');
    else expect(outcome.subarray(12, 26)).toEqual(query.subarray(12, 26));
    // In an HTTP cache its TTLs would have to be found: then it has to be readable.
    stage.server.httpHeaders = { age: '1' };
    const aged = await stage.upstream.query(query).catch((error: { outcome: string }) => error.outcome);
    if (typeof aged === 'string') expect(aged).toBe('malformed');
  },
);

test('no headers: out of time, the stream is reset, and the connection lives on', async () => {
  await using stage = await dohStage(authority(), {
    server: { onQuery: ({ name }) => (name === 'slow.test' ? drop() : undefined) },
  });
  await stage.upstream.open();
  await expect(stage.upstream.query(queryFor('slow.test'), { timeoutMs: SHORT_MS })).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_TIMEOUT',
    outcome: 'timeout',
    phase: 'answer',
    timeoutMs: SHORT_MS,
  });
  expect((await stage.upstream.query(query)).connection.reused).toBe(true);
  expect(stage.server.connections.accepted).toBe(1);
});

test('no end of the body: out of time', async () => {
  let reset: Promise<unknown> = Promise.resolve();
  await using stage = await dohStage(authority(), {
    server: {
      onRequest: ({ stream }) => {
        reset = new Promise((resolve) =>
          stream.once('close', () => resolve(stream.aborted || stream.closed)),
        );
        return stalledBody();
      },
    },
  });
  await expect(stage.upstream.query(query, { timeoutMs: SHORT_MS })).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_TIMEOUT',
    phase: 'answer',
  });
  expect(await reset).toBe(true);
});

test('a stream that the server resets fails alone', async () => {
  const held = hold(answer(a('192.0.2.2')));
  await using stage = await dohStage(authority(), {
    server: { onQuery: ({ name }) => (name === 'held.test' ? held : undefined) },
  });
  const other = stage.upstream.query(queryFor('held.test'));
  await held.waitFor(1);
  stage.server.onRequest = () => resetStream();
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_STREAM',
    outcome: 'http',
  });
  await held.release();
  expect(answersIn((await other).bytes)).toEqual(['192.0.2.2']);
  expect(stage.server.connections.accepted).toBe(1);
});

test('a stream that the server refuses is asked again on the same connection, once', async () => {
  let refused = 0;
  await using stage = await dohStage(authority(), {
    server: { onRequest: () => (refused++ === 0 ? resetStream(REFUSED_STREAM) : undefined) },
  });
  await stage.upstream.open();
  expect(answersIn((await stage.upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
  stage.server.onRequest = () => resetStream(REFUSED_STREAM);
  await expect(stage.upstream.query(query)).rejects.toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_STREAM' });
  expect(stage.server.connections.accepted).toBe(1);
  expect(stage.upstream.stats().retried).toBe(2);
});

/** RFC 9113 §7. */
const REFUSED_STREAM = 7;

test.each([
  ['GOAWAY', goAway],
  ['RST', hangUp],
])('%s loses no query: all that were in flight are asked again', async (_, behaviour) => {
  let requests = 0;
  await using stage = await dohStage(authority(), {
    server: {
      onQuery: () => (requests < 4 ? drop() : undefined),
      onRequest: () => (++requests === 4 ? behaviour() : undefined),
    },
  });
  await stage.upstream.open();
  const inFlight = [1, 2, 3, 4, 5].map((id) => stage.upstream.query(queryFor('www.test', { id })));
  const answered = await Promise.all(inFlight);
  expect(answered.map(({ bytes }) => idOf(bytes))).toEqual([1, 2, 3, 4, 5]);
  expect(stage.server.connections.accepted).toBe(2);
  expect(stage.upstream.stats()).toMatchObject({ answered: 5, failed: {} });
});

test.each([
  ['GOAWAY', goAway()],
  ['RST', hangUp()],
])('a server that answers everything with %s is asked twice, no more', async (_, behaviour) => {
  let requests = 0;
  await using stage = await dohStage(authority(), {
    server: {
      onRequest: () => {
        requests += 1;
        return behaviour;
      },
    },
  });
  await stage.upstream.open();
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_LOST',
    outcome: 'network',
  });
  expect(requests).toBe(2);
  // Nobody had found this one open, nor heard from it: it is the server that is broken.
  await expect(stage.upstream.query(query)).rejects.toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_LOST' });
  expect(requests).toBe(3);
});

test('hundreds of queries share a connection, and answers come in any order', async () => {
  const held = hold(answer(a('192.0.2.1')));
  await using stage = await dohStage(authority(), { server: { onQuery: () => held } });
  await stage.upstream.open();
  const queries = Array.from({ length: 300 }, (_, id) =>
    stage.upstream.query(queryFor('www.test', { id }), { timeoutMs: 30_000 }),
  );
  // No more before the first answer, which some servers would take for a flood.
  await held.waitFor(32);
  expect(stage.upstream.stats()).toMatchObject({ pending: 300, connected: { inFlight: 32 } });
  await held.release();
  const answered = await Promise.all(queries);
  expect(answered.map(({ bytes }) => idOf(bytes))).toEqual([...queries.keys()]);
  expect(stage.server.connections.accepted).toBe(1);
});

test('a server that allows two streams gets two at once; what waits can be called off', async () => {
  const held = hold(answer(a('192.0.2.1')));
  const { cert, key } = authority().certificate;
  const settings = { settings: { maxConcurrentStreams: 2 } };
  await using stage = await dohStage(authority(), { server: { tls: { cert, key, ...settings } } });
  // The first answer comes after the settings.
  await stage.upstream.query(query);
  stage.server.onQuery = () => held;
  const controller = new AbortController();
  const queries = Array.from({ length: 20 }, () => stage.upstream.query(query, { timeoutMs: 30_000 }));
  const aborted = stage.upstream
    .query(query, { signal: controller.signal })
    .catch((reason: unknown) => reason);
  await held.waitFor(2);
  controller.abort('not needed');
  expect(await aborted).toBe('not needed');
  expect(held.waiting).toBe(2);
  await held.release();
  await Promise.all(queries);
  expect(stage.server.queries).toHaveLength(21);
  expect(stage.server.connections.accepted).toBe(1);
});

test('GOAWAY while nothing is in flight: the next query goes to a new connection', async () => {
  await using stage = await dohStage(authority());
  let goAwayNow = (): void => undefined;
  stage.server.onRequest = ({ session }) => {
    goAwayNow = () => session.goaway();
    return undefined;
  };
  await stage.upstream.query(query);
  goAwayNow();
  while (stage.upstream.stats().connected !== undefined) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await stage.upstream.query(query)).connection.reused).toBe(false);
  expect(stage.upstream.stats()).toMatchObject({ answered: 2, failed: {}, retried: 0 });
});

test('HEAD: whatever the server answers, it lives', async () => {
  await using stage = await dohStage(authority());
  const answered = await stage.upstream.head();
  expect(answered.http).toMatchObject({ status: 501 });
  stage.server.onRequest = () => httpStatus(405);
  expect((await stage.upstream.head()).http).toMatchObject({ status: 405 });
  expect(stage.server.connections.accepted).toBe(1);
});

test('the HEAD names the media type, and what GET would ask for', async () => {
  let seen: unknown;
  await using stage = await dohStage(authority(), {
    server: {
      onRequest: ({ method, path, headers }) => {
        seen = { method, path, accept: headers.accept };
        return httpStatus(200, { 'content-type': dnsMessageType });
      },
    },
  });
  expect((await stage.upstream.head()).http).toEqual({ status: 200, contentType: dnsMessageType });
  const path = expect.stringMatching(/^\/dns-query\?dns=[\w-]+$/);
  expect(seen).toEqual({ method: 'HEAD', path, accept: dnsMessageType });
  const [, question = ''] = String((seen as { path?: string }).path).split('dns=');
  expect(decode(Buffer.from(question, 'base64url'))).toMatchObject({
    id: 0,
    flag_rd: true,
    questions: [{ name: '.', type: 'NS', class: 'IN' }],
  });
});
