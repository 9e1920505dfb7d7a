/** The rules of the founding design about failing name servers, one test each, with preset `doubao-v1` and real sockets. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ResolverOptions } from '@doubao/resolver';
import {
  a,
  answer,
  type CertificateAuthority,
  createCertificateAuthority,
  delayed,
  dnsMessageType,
  type DnsServer,
  failure,
  httpStatus,
  nodata,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answering,
  entryOf,
  Events,
  load,
  newName,
  resolverOf,
  silent,
  startEncrypted,
  startPlain,
} from './stage.ts';

const PRIMARY = '198.18.0.1';
const CLOUDFLARE = '198.18.0.2';
const QUAD9 = '198.18.0.3';
/** So that what takes 30 s by the rules takes seconds; the rules' own figures are tests of `packages/health`. */
const health = { probeInterval: 200, canary: 600, leadStays: 300 };

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});
afterAll(() => authority.close());

interface Stage extends AsyncDisposable {
  readonly primary: DnsServer;
  readonly cloudflare: DnsServer;
  readonly quad9: DnsServer;
  readonly options: ResolverOptions;
}

/** By the book: HEAD is answered as GET is, but without content. */
function answerHead(server: DnsServer): void {
  server.onRequest = ({ method }) =>
    method === 'HEAD' ? httpStatus(200, { 'content-type': dnsMessageType }) : undefined;
}

async function startStage(): Promise<Stage> {
  const primary = await startPlain(PRIMARY);
  const cloudflare = await startEncrypted(authority, CLOUDFLARE);
  const quad9 = await startEncrypted(authority, QUAD9);
  for (const server of [cloudflare, quad9]) answerHead(server);
  return {
    primary,
    cloudflare,
    quad9,
    options: {
      preset: 'doubao-v1',
      servers: [`udp://${primary.endpoint}`],
      fallback: [entryOf(authority, cloudflare), entryOf(authority, quad9)],
      health,
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([primary.close(), cloudflare.close(), quad9.close()]);
    },
  };
}

type Resolver = ReturnType<typeof resolverOf>;

const lookUp = async (resolver: Resolver): Promise<string> =>
  (await resolver.promises.lookup(newName(), { family: 4 })).address;

/** Until somebody decides about the servers. */
async function guided(resolver: Resolver): Promise<void> {
  while (resolver.stats().failover === null) {
    await lookUp(resolver);
    await pause(20);
  }
}

describe('primary down', () => {
  test('the fallback is Cloudflare and Quad9, without being asked for', async () => {
    await using primary = await startPlain(PRIMARY);
    await using resolver = resolverOf({ preset: 'doubao-v1', servers: [`udp://${primary.endpoint}`] });
    await lookUp(resolver);
    const fallbacks = resolver.stats().upstreams.filter(({ class: of }) => of === 'fallback');
    expect(fallbacks.map(({ id, public: isPublic }) => [id, isPublic])).toEqual([
      ['https://cloudflare-dns.com/dns-query', true],
      ['https://dns.quad9.net/dns-query', true],
    ]);
  });

  test('three timeouts of 1000 ms, and the fallback leads; until then each query waits for its own', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    await guided(resolver);
    using events = new Events();
    stage.primary.onQuery = silent;
    stage.primary.clearQueries();
    const failedOver = events.next('failover');
    const { hedges } = resolver.stats();
    const answers = await Promise.all([1, 2, 3].map(() => lookUp(resolver)));
    for (const address of answers) expect([CLOUDFLARE, QUAD9]).toContain(address);
    await failedOver;
    // Each was asked once there, and elsewhere only when that was over.
    expect(stage.primary.queries.length).toBe(3);
    expect(resolver.stats().hedges).toBe(hedges);
    expect(resolver.stats().failover).toMatchObject({ state: 'failed-over', failovers: 1 });
    const asked = stage.primary.queries.length;
    for (let number = 0; number < 5; number++) expect([CLOUDFLARE, QUAD9]).toContain(await lookUp(resolver));
    const names = stage.primary.queries.slice(asked).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('n'))).toEqual([]);
    expect(events.typesBut('probe', 'lead')).toEqual(['down', 'failover']);
  });

  test('one SERVFAIL, and DoH is tried at once', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    await guided(resolver);
    using events = new Events();
    stage.primary.onQuery = () => failure('SERVFAIL');
    const failedOver = events.next('failover');
    expect([CLOUDFLARE, QUAD9]).toContain(await lookUp(resolver));
    await failedOver;
    expect(resolver.stats().failover?.upstreams.at(-1)).toMatchObject({
      state: 'down',
      downReason: 'errors',
    });
  });

  test('NXDOMAIN fails nothing over', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    await guided(resolver);
    using events = new Events();
    stage.primary.onQuery = () => failure('NXDOMAIN');
    for (let number = 0; number < 20; number++) {
      await expect(lookUp(resolver)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    }
    stage.primary.onQuery = answering(PRIMARY);
    await lookUp(resolver);
    expect(events.typesBut('probe')).toEqual([]);
    expect(stage.cloudflare.queries).toEqual([]);
  });

  test('an answer within 1000 ms is waited for: no hedge, no suspicion', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    await guided(resolver);
    using events = new Events();
    const { hedges } = resolver.stats();
    stage.primary.onQuery = ({ type }) => delayed(700, type === 'A' ? answer(a(PRIMARY, 0)) : nodata());
    const answers = await Promise.all(Array.from({ length: 8 }, () => lookUp(resolver)));
    expect(new Set(answers)).toEqual(new Set([PRIMARY]));
    expect(resolver.stats().hedges).toBe(hedges);
    expect(resolver.stats().upstreams.map(({ suspect }) => suspect)).toEqual([false, false, false]);
    expect(events.typesBut('probe')).toEqual([]);
  });

  test('DoH is connected beforehand: with the first timeout', async () => {
    await using stage = await startStage();
    const { options, cloudflare, quad9 } = stage;
    // Nobody is probed meanwhile.
    await using resolver = resolverOf({ ...options, health: { probeInterval: 3_600_000 } });
    await guided(resolver);
    expect([cloudflare.connections.accepted, quad9.connections.accepted]).toEqual([0, 0]);
    stage.primary.onQuery = silent;
    await lookUp(resolver);
    while (cloudflare.connections.accepted + quad9.connections.accepted < 2) await pause(10);
    expect(resolver.stats().failover).toMatchObject({ state: 'primary' });
  });

  test('all of DoH is asked, and the lowest latency leads', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    const { cloudflare, quad9, primary } = stage;
    cloudflare.onQuery = ({ type }) => delayed(150, type === 'A' ? answer(a(CLOUDFLARE, 0)) : nodata());
    await guided(resolver);
    using events = new Events();
    primary.onQuery = () => failure('SERVFAIL');
    const led = events.next('lead');
    await load(resolver, led, 2, 20);
    // The race may have been decided after the first in the list had led.
    const { lead } = resolver.stats().failover ?? {};
    if (lead !== entryOf(authority, quad9).url) await load(resolver, events.next('lead'), 2, 20);
    expect(resolver.stats().failover).toMatchObject({ lead: entryOf(authority, quad9).url });
    expect(cloudflare.queries.length).toBeGreaterThan(0);
  });

  test('TLS 1.3: what speaks less is not asked', async () => {
    await using primary = await startPlain(PRIMARY);
    await using old = await startEncrypted(authority, CLOUDFLARE, { tls: { maxVersion: 'TLSv1.2' } });
    await using current = await startEncrypted(authority, QUAD9);
    await using resolver = resolverOf({
      preset: 'doubao-v1',
      servers: [`udp://${primary.endpoint}`],
      fallback: [
        { ...entryOf(authority, old), downgrade: false },
        { ...entryOf(authority, current), downgrade: false },
      ],
    });
    primary.onQuery = () => failure('SERVFAIL');
    for (let number = 0; number < 5; number++) expect(await lookUp(resolver)).toBe(QUAD9);
    expect(old.queries).toEqual([]);
  });

  test('DoH is impossible: DoT, and it stays in use though HEAD is impossible too', async () => {
    await using primary = await startPlain(PRIMARY);
    await using https = await startEncrypted(authority, CLOUDFLARE);
    await using tls = await startEncrypted(authority, QUAD9, { transports: ['tls'] });
    https.onRequest = () => httpStatus(404);
    await using resolver = resolverOf({
      preset: 'doubao-v1',
      servers: [`udp://${primary.endpoint}`],
      fallback: [{ ...entryOf(authority, https), downgrade: `tls://${tls.endpoint}#dns.test` }],
      health,
    });
    await guided(resolver);
    using events = new Events();
    primary.onQuery = silent;
    const failedOver = events.next('failover');
    await load(resolver, failedOver, 3, 20);
    expect(await lookUp(resolver)).toBe(QUAD9);
    expect(await lookUp(resolver)).toBe(QUAD9);
    expect(resolver.stats().failover?.state).toBe('failed-over');
  });
});

describe('switch-back', () => {
  test('prepare, then 5 % and three health checks in a row, then full', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    await guided(resolver);
    using events = new Events();
    stage.primary.onQuery = () => failure('SERVFAIL');
    await load(resolver, events.next('failover'), 2, 20);
    stage.primary.onQuery = answering(PRIMARY);
    const during = await load(resolver, events.next('switchback'), 4, 5);
    const main = (during[CLOUDFLARE] ?? 0) + (during[QUAD9] ?? 0);
    expect(during[PRIMARY] ?? 0).toBeLessThan(main);
    const steps = events.typesBut('probe', 'lead');
    expect(steps.slice(-4)).toEqual(['up', 'prepare', 'canary', 'switchback']);
    const canary = events.seen.findIndex(({ type }) => type === 'canary');
    expect(events.seen[canary]).toMatchObject({ share: 0.05 });
    const checks = events.seen
      .slice(canary)
      .filter((event) => event.type === 'probe' && event.upstream.startsWith('udp:'));
    expect(checks.length).toBeGreaterThanOrEqual(3);
    expect(await lookUp(resolver)).toBe(PRIMARY);
  });
});

describe('DoH probes', () => {
  test('are HEAD requests: 200 with the media type is healthy, 405 misconfigured', async () => {
    await using stage = await startStage();
    await using resolver = resolverOf(stage.options);
    const methods = new Set<string>();
    stage.quad9.onRequest = ({ method }) => {
      methods.add(method);
      return httpStatus(405);
    };
    using events = new Events();
    await load(resolver, events.next('down'), 2, 20);
    const verdicts = events.seen.flatMap((event) =>
      event.type === 'probe'
        ? [`${event.upstream === entryOf(authority, stage.quad9).url} ${event.verdict}`]
        : [],
    );
    expect(new Set(verdicts)).toEqual(new Set(['true misconfigured', 'false healthy']));
    expect(methods).toEqual(new Set(['HEAD']));
  });
});
