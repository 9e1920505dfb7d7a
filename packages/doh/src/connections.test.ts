import { a, answer, drop, hold } from '@doubao/resolver-testbed';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Attempt } from './address-race.ts';
import { UpstreamConnectionError } from './errors.ts';
import { openSecureSocket, type OpenSocket, type SecureSocket } from './secure-socket.ts';
import { FakeClock } from '@doubao/resolver-testbed/fake-clock';
import { answersIn, queryFor } from './test-support/messages.ts';
import { dohStage, type dotStage, SERVER_NAME, stages, useAuthority } from './test-support/stage.ts';

const authority = useAuthority();
const query = queryFor('www.test');
const good = answer(a('192.0.2.1'));
/** What reaches a test's end only if something else did not. */
const SHORT_MS = 150;

/** Accepts connections and never says a word. */
async function startMute(): Promise<{ port: number; accepted: () => number } & AsyncDisposable> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => sockets.length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Every TCP connection that was tried. */
function recordingSockets() {
  const tried: string[] = [];
  const openSocket: OpenSocket = (address, options) => {
    tried.push(address);
    return openSecureSocket(address, options);
  };
  return { tried, openSocket };
}

/** Why it fails. */
function reasonOf(pending: Promise<unknown>): Promise<unknown> {
  return pending.then(
    () => 'it did not',
    (error: unknown) => error,
  );
}

/** Lets what is on its way arrive. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each(['https', 'tls'] as const)('%s', (transport) => {
  const stageOf: typeof dotStage = stages[transport];

  test('nothing is connected before it is wanted; then one connection serves', async () => {
    await using stage = await stageOf(authority());
    expect(stage.upstream.stats().connections.attempted).toBe(0);
    const first = await Promise.all([stage.upstream.query(query), stage.upstream.query(query)]);
    expect(first.map(({ connection }) => connection.reused)).toEqual([false, false]);
    expect((await stage.upstream.query(query)).connection.reused).toBe(true);
    expect(stage.server.connections).toEqual({ accepted: 1, open: 1 });
    expect(stage.upstream.stats()).toMatchObject({
      queries: 3,
      answered: 3,
      pending: 0,
      failed: {},
      connections: { attempted: 1, opened: 1, open: 1, reused: 1 },
      connected: { address: '127.0.0.1', tlsVersion: 'TLSv1.3', inFlight: 0 },
    });
  });

  test('opened ahead, the first query finds it open', async () => {
    await using stage = await stageOf(authority());
    await Promise.all([stage.upstream.open(), stage.upstream.open()]);
    await stage.upstream.open();
    expect(stage.server.queries).toEqual([]);
    expect((await stage.upstream.query(query)).connection.reused).toBe(true);
    expect(stage.server.connections.accepted).toBe(1);
  });

  test('idle, it is closed after its time, and not while a query is pending', async () => {
    const clock = new FakeClock(Date.now());
    const held = hold(good);
    await using stage = await stageOf(authority(), {
      server: { onQuery: ({ name }) => (name === 'held.test' ? held : undefined) },
      upstream: { idleTimeoutMs: 20_000 },
      dependencies: { clock },
    });
    await stage.upstream.open();
    clock.advance(19_000);
    await stage.upstream.query(query);
    const pending = stage.upstream.query(queryFor('held.test'), { timeoutMs: 100_000 });
    await held.waitFor(1);
    clock.advance(30_000);
    expect(stage.upstream.stats().connected).toBeDefined();
    await held.release();
    await pending;
    clock.advance(19_999);
    expect(stage.upstream.stats().connected).toBeDefined();
    clock.advance(1);
    expect(stage.upstream.stats().connected).toBeUndefined();
    await stage.upstream.query(query);
    expect(stage.server.connections.accepted).toBe(2);
  });

  test('a later connection resumes the session', async () => {
    const clock = new FakeClock(Date.now());
    await using stage = await stageOf(authority(), { dependencies: { clock } });
    expect((await stage.upstream.query(query)).connection.resumed).toBe(false);
    clock.advance(30_000);
    expect((await stage.upstream.query(query)).connection).toMatchObject({ reused: false, resumed: true });
    expect(stage.upstream.stats().connections).toMatchObject({ opened: 2, resumed: 1 });
  });

  test('no session outlives the certificate that it began with', async () => {
    const clock = new FakeClock(Date.now());
    await using stage = await stageOf(authority(), { dependencies: { clock } });
    await stage.upstream.query(query);
    // Beyond the two days of the certificate, by this clock only: OpenSSL has its own.
    clock.advance(3 * 24 * 3_600_000);
    expect((await stage.upstream.query(query)).connection.resumed).toBe(false);
  });

  test('a connection that owes answers and is silent for a second gets no more queries', async () => {
    const clock = new FakeClock(Date.now());
    const held = hold(good);
    await using stage = await stageOf(authority(), {
      server: { onQuery: ({ name }) => (name === 'held.test' ? held : undefined) },
      dependencies: { clock },
    });
    await stage.upstream.open();
    const slow = stage.upstream.query(queryFor('held.test'));
    await held.waitFor(1);
    clock.advance(1000);
    expect((await stage.upstream.query(query)).connection.reused).toBe(false);
    expect(stage.server.connections.accepted).toBe(2);
    // What it owes is still taken; then it is closed.
    await held.release();
    expect(answersIn((await slow).bytes)).toEqual(['192.0.2.1']);
    while (stage.upstream.stats().connections.open > 1) await turn();
    expect(stage.upstream.stats().connected).toBeDefined();
  });

  test('short deadlines find a dead connection too', async () => {
    const clock = new FakeClock(Date.now());
    await using stage = await stageOf(authority(), {
      server: { onQuery: () => drop() },
      dependencies: { clock },
    });
    await stage.upstream.open();
    while (stage.server.connections.accepted < 1) await turn();
    for (let round = 0; round < 5; round += 1) {
      const failed = reasonOf(stage.upstream.query(query, { timeoutMs: 200 }));
      clock.advance(200);
      expect(await failed).toMatchObject({ phase: 'answer' });
    }
    stage.server.onQuery = undefined;
    await stage.upstream.query(query);
    expect(stage.server.connections.accepted).toBe(2);
  });

  test('an aborted query rejects with the reason; others go on', async () => {
    const held = hold(good);
    await using stage = await stageOf(authority(), { server: { onQuery: () => held } });
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const aborted = stage.upstream.query(query, { signal: controller.signal });
    const other = stage.upstream.query(query);
    await held.waitFor(2);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await held.release();
    await other;
    expect(stage.upstream.stats()).toMatchObject({ answered: 1, failed: { ABORTED: 1 }, pending: 0 });
  });

  test('an aborted signal asks nothing', async () => {
    await using stage = await stageOf(authority());
    const signal = AbortSignal.abort(new Error('before'));
    await expect(stage.upstream.query(query, { signal })).rejects.toThrow('before');
    expect(stage.upstream.stats()).toMatchObject({ queries: 0, connections: { attempted: 0 } });
  });

  test('a settled query leaves nothing behind at its signal and its clock', async () => {
    const clock = new FakeClock(Date.now());
    await using stage = await stageOf(authority(), { dependencies: { clock } });
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.add(args[1]);
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.delete(args[1]);
      removeEventListener.apply(signal, args);
    };
    await stage.upstream.query(query, { signal });
    expect(listeners.size).toBe(0);
    // The one of the idle connection.
    expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
  });

  test('no more than a bounded number may be pending', async () => {
    const held = hold(good);
    await using stage = await stageOf(authority(), {
      server: { onQuery: () => held },
      upstream: { maxPending: 2 },
    });
    const pending = [stage.upstream.query(query), stage.upstream.query(query)];
    await expect(stage.upstream.query(query)).rejects.toMatchObject({
      code: 'ERR_RESOLVER_UPSTREAM_BUSY',
      outcome: 'local',
    });
    await held.waitFor(2);
    await held.release();
    await Promise.all(pending);
    await stage.upstream.query(query);
  });

  test('closed: what is pending fails, what comes later too, and the connection ends', async () => {
    const held = hold(good);
    const clock = new FakeClock(Date.now());
    await using stage = await stageOf(authority(), {
      server: { onQuery: () => held },
      dependencies: { clock },
    });
    await stage.upstream.open();
    const failed = reasonOf(stage.upstream.query(query));
    await held.waitFor(1);
    await stage.upstream.close();
    expect(clock.timers.size).toBe(0);
    expect(await failed).toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_CLOSED' });
    await expect(stage.upstream.query(query)).rejects.toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_CLOSED' });
    await expect(stage.upstream.open()).rejects.toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_CLOSED' });
    expect(stage.upstream.stats()).toMatchObject({
      pending: 0,
      connected: undefined,
      connections: { open: 0 },
    });
    await stage.upstream.close();
  });

  test('closed while it connects', async () => {
    await using mute = await startMute();
    await using stage = await stageOf(authority(), { upstream: { url: urlAt(transport, mute.port) } });
    const failed = reasonOf(stage.upstream.query(query));
    await stage.upstream.close();
    expect(await failed).toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_CLOSED' });
    expect(stage.upstream.stats().connections).toMatchObject({ attempted: 1, opened: 0, open: 0 });
  });

  test('accepted, then silent: out of time by the deadline of the query', async () => {
    await using mute = await startMute();
    await using stage = await stageOf(authority(), { upstream: { url: urlAt(transport, mute.port) } });
    await expect(stage.upstream.query(query, { timeoutMs: SHORT_MS })).rejects.toMatchObject({
      code: 'ERR_RESOLVER_UPSTREAM_TIMEOUT',
      phase: 'connection',
      timeoutMs: SHORT_MS,
    });
  });

  test('accepted, then silent: out of time by that of the handshake, and tried again by the next query', async () => {
    const clock = new FakeClock(Date.now());
    await using mute = await startMute();
    await using stage = await stageOf(authority(), {
      upstream: { url: urlAt(transport, mute.port) },
      dependencies: { clock },
    });
    for (const round of [1, 2]) {
      const failed = reasonOf(stage.upstream.query(query));
      while (mute.accepted() < round) await turn();
      clock.advance(3000);
      expect(await failed).toMatchObject({
        code: 'ERR_RESOLVER_UPSTREAM_TIMEOUT',
        phase: 'connection',
        timeoutMs: 3000,
      });
    }
    expect(stage.upstream.stats().connections.attempted).toBe(2);
  });

  test('nobody listens', async () => {
    const mute = await startMute();
    const { port } = mute;
    await mute[Symbol.asyncDispose]();
    await using stage = await stageOf(authority(), { upstream: { url: urlAt(transport, port) } });
    const error: unknown = await stage.upstream.query(query).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UpstreamConnectionError);
    expect(error).toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_CONNECT', outcome: 'network' });
    expect(String(error)).toContain('ECONNREFUSED');
  });

  test('addresses are tried in turn, and the one that answered is first from then on', async () => {
    const { tried, openSocket } = recordingSockets();
    await using stage = await stageOf(authority(), { dependencies: { openSocket } });
    const { port } = stage.server;
    await using second = await stageOf(authority(), {
      upstream: {
        url: transport === 'https' ? urlAt(transport, port) : `tls://${SERVER_NAME}:${port}`,
        // Nobody listens on the first.
        addresses: ['127.0.0.66', '127.0.0.1'],
      },
      dependencies: { openSocket },
    });
    expect((await second.upstream.query(query)).address).toBe('127.0.0.1');
    expect(tried).toEqual(['127.0.0.66', '127.0.0.1']);
    await stage.server.close();
    await expect(second.upstream.query(query)).rejects.toMatchObject({ outcome: 'network' });
    expect(tried[2]).toBe('127.0.0.1');
  });

  test('an address with a wrong certificate is passed over; if there is no other, that is what is told', async () => {
    await using stage = await stageOf(authority());
    const refused = { address: '127.0.0.66', reason: 'CERT_HAS_EXPIRED' };
    const wrong = await authority().authority.issue({ names: [SERVER_NAME], expired: true });
    await using bad = await stageOf(
      { ...authority(), certificate: wrong },
      { server: { address: refused.address, port: stage.server.port } },
    );
    const url = transport === 'https' ? stage.upstream.url : `tls://${SERVER_NAME}:${stage.server.port}`;
    await using both = await stageOf(authority(), {
      upstream: { url, addresses: [refused.address, '127.0.0.1'] },
    });
    expect((await both.upstream.query(query)).address).toBe('127.0.0.1');
    await using neither = await stageOf(authority(), {
      upstream: { url, addresses: ['127.0.0.67', refused.address, '127.0.0.68'] },
    });
    await expect(neither.upstream.query(query)).rejects.toMatchObject({ reason: refused.reason });
    expect(bad.server.queries).toEqual([]);
  });

  test('addresses that are not known are found once, and again only after a failure', async () => {
    const asked: string[] = [];
    await using stage = await stageOf(authority());
    const { port } = stage.server;
    await using upstream = await stageOf(authority(), {
      upstream: {
        url: transport === 'https' ? urlAt(transport, port) : `tls://${SERVER_NAME}:${port}`,
        addresses: [],
        idleTimeoutMs: 1,
        resolve: (host) => {
          asked.push(host);
          if (asked.length === 1) return Promise.reject(new Error('not now'));
          return Promise.resolve(asked.length === 2 ? [] : ['127.0.0.1']);
        },
      },
    });
    for (const reason of ['cannot be found', 'has no addresses']) {
      await expect(upstream.upstream.query(query)).rejects.toThrow(reason);
    }
    await upstream.upstream.query(query);
    while (upstream.upstream.stats().connected !== undefined) await turn();
    await upstream.upstream.query(query);
    expect(asked).toEqual([SERVER_NAME, SERVER_NAME, SERVER_NAME]);
  });

  test('out of descriptors is no fault of the server', async () => {
    const refuse = (): Attempt<SecureSocket> => ({
      done: Promise.reject(
        new UpstreamConnectionError('ERR_RESOLVER_UPSTREAM_CONNECT', 'local', 'cannot connect (EMFILE)'),
      ),
      cancel: () => undefined,
    });
    await using stage = await stageOf(authority(), { dependencies: { openSocket: refuse } });
    await expect(stage.upstream.query(query)).rejects.toMatchObject({ outcome: 'local' });
  });

  test('what is no query is not sent', async () => {
    await using stage = await stageOf(authority());
    await expect(stage.upstream.query(new Uint8Array(5))).rejects.toMatchObject({
      code: 'ERR_RESOLVER_OPTION',
    });
    expect(stage.upstream.stats().queries).toBe(0);
  });
});

test('no route is no fault of the server', async () => {
  await using stage = await dohStage(authority(), {
    // TEST-NET addresses may be routed; the limited broadcast address never is for TCP.
    upstream: { url: 'https://255.255.255.255/dns-query', addresses: ['255.255.255.255'] },
  });
  await expect(stage.upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_CONNECT',
    outcome: 'local',
  });
});

function urlAt(transport: 'https' | 'tls', port: number): string {
  return transport === 'https'
    ? `https://${SERVER_NAME}:${port}/dns-query`
    : `tls://127.0.0.1:${port}#${SERVER_NAME}`;
}
