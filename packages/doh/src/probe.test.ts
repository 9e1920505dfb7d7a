import {
  drop,
  failure,
  headerOnly,
  htmlPage,
  httpStatus,
  reply,
  resetStream,
  unreadableMessages,
} from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { probeHead, probeQuery, randomProbeName } from './probe.ts';
import { dohStage, dotStage, useAuthority } from './test-support/stage.ts';

const authority = useAuthority();
const NXDOMAIN = 3;
/** What reaches a test's end only if something else did not. */
const SHORT = { timeoutMs: 150 };

test('a random name is new every time', () => {
  const names = new Set(Array.from({ length: 100 }, () => randomProbeName('example.test')));
  expect(names.size).toBe(100);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}\.example\.test$/);
  expect(randomProbeName('')).toMatch(/^[0-9a-f]{16}$/);
});

test('a real query: NXDOMAIN is a good answer', async () => {
  await using stage = await dohStage(authority());
  const name = randomProbeName('test');
  expect(await probeQuery(stage.upstream, name)).toMatchObject({
    http: { status: 200, contentType: 'application/dns-message' },
    matches: true,
    rcode: NXDOMAIN,
  });
  expect(stage.server.queries).toMatchObject([{ name, type: 'A', hasOpt: true, recursionDesired: true }]);
});

test('over TLS there is no HTTP to tell of', async () => {
  await using stage = await dotStage(authority(), { server: { onQuery: () => failure('REFUSED') } });
  const probed = await probeQuery(stage.upstream, 'probe.test');
  expect(probed).toMatchObject({ matches: true, rcode: 5 });
  expect(probed?.http).toBeUndefined();
});

test('HTTP without a DNS message', async () => {
  await using stage = await dohStage(authority(), { server: { onRequest: () => htmlPage() } });
  expect(await probeQuery(stage.upstream, 'probe.test')).toMatchObject({
    http: { status: 200, contentType: 'text/html; charset=utf-8' },
    matches: false,
    rcode: undefined,
  });
  stage.server.onRequest = () => httpStatus(503);
  expect(await probeQuery(stage.upstream, 'probe.test')).toMatchObject({
    http: { status: 503 },
    matches: false,
  });
});

test('a DNS message that does not match, or cannot be read', async () => {
  await using stage = await dohStage(authority(), {
    server: { onQuery: () => reply(headerOnly('SERVFAIL')) },
  });
  expect(await probeQuery(stage.upstream, 'probe.test')).toMatchObject({ matches: false, rcode: undefined });
  for (const build of Object.values(unreadableMessages)) {
    stage.server.onQuery = () => reply(build);
    const probed = await probeQuery(stage.upstream, 'probe.test');
    expect(probed).toBeDefined();
  }
});

test('no answer at all', async () => {
  await using stage = await dohStage(authority(), { server: { onQuery: () => drop() } });
  expect(await probeQuery(stage.upstream, 'probe.test', SHORT)).toBeUndefined();
  stage.server.onRequest = () => resetStream();
  expect(await probeQuery(stage.upstream, 'probe.test', SHORT)).toBeUndefined();
  expect(await probeHead(stage.upstream, SHORT)).toBeUndefined();
  await stage.server.close();
  expect(await probeQuery(stage.upstream, 'probe.test', SHORT)).toBeUndefined();
  expect(await probeHead(stage.upstream, SHORT)).toBeUndefined();
});

test('HEAD: status and type as they came', async () => {
  await using stage = await dohStage(authority());
  expect(await probeHead(stage.upstream)).toMatchObject({ http: { status: 501, contentType: undefined } });
});

test('what says nothing about the server is thrown', async () => {
  await using stage = await dohStage(authority());
  await stage.upstream.close();
  const closed = { code: 'ERR_RESOLVER_UPSTREAM_CLOSED' };
  await expect(probeQuery(stage.upstream, 'probe.test')).rejects.toMatchObject(closed);
  await expect(probeHead(stage.upstream)).rejects.toMatchObject(closed);
});
