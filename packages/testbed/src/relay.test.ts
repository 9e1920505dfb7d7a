import { decode } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import {
  a,
  encodeQuery,
  rawTcpClient,
  rawUdpClient,
  startDnsServer,
  startRelay,
  startResponder,
  type DnsServer,
  type Faults,
  type RawClient,
  type Relay,
} from './index.ts';

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource[Symbol.asyncDispose]();
});

async function start(
  faults: { up?: Faults; down?: Faults; seed?: number } = {},
): Promise<{ server: DnsServer; relay: Relay; client: RawClient }> {
  const server = await startDnsServer({ zone: { '*': a('192.0.2.1') } });
  const relay = await startRelay({ upstream: server, ...faults });
  const client = await rawUdpClient(relay);
  open.push(server, relay, client);
  return { server, relay, client };
}

async function idOfNext(client: RawClient): Promise<number> {
  return (await client.receive())?.readUInt16BE(0) ?? -1;
}

describe('relay', () => {
  test('passes datagrams and streams unchanged, each client by a port of its own', async () => {
    const { server, relay, client } = await start();
    const other = await rawUdpClient(relay);
    const tcp = await rawTcpClient(relay);
    open.push(other, tcp);
    for (const [sender, id] of [
      [client, 1],
      [other, 2],
      [tcp, 3],
    ] as const) {
      await sender.send(encodeQuery({ name: 'x.test', id }));
      expect(decode((await sender.receive()) ?? Buffer.alloc(0))).toMatchObject({
        id,
        answers: [{ data: '192.0.2.1' }],
      });
    }
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'udp', 'tcp']);
    expect(new Set(server.queries.map(({ sourcePort }) => sourcePort)).size).toBe(3);
    const sent = server.queries[2]?.bytes.length ?? 0;
    expect(await relay.stats()).toMatchObject({
      up: { received: 2, forwarded: 2, lost: 0, streamOctets: sent + 2 },
      down: { received: 2, forwarded: 2 },
      flows: 2,
      onTheWay: 0,
    });
  });

  test('loses the same datagrams for the same seed, in the direction that it was told', async () => {
    const lostBy = async (seed: number): Promise<number[]> => {
      const { server, relay, client } = await start({ seed, up: { loss: 0.5 } });
      for (let id = 0; id < 100; id += 1) await client.send(encodeQuery({ name: 'x.test', id }));
      await received(relay, 100);
      const { up } = await relay.stats();
      await server.waitForQueries(up.forwarded);
      expect(up).toMatchObject({ received: 100, forwarded: 100 - up.lost });
      return server.queries.map(({ id }) => id);
    };
    const first = await lostBy(1);
    expect(await lostBy(1)).toEqual(first);
    expect(await lostBy(2)).not.toEqual(first);
    expect(first.length).toBeLessThan(100);
  });

  test('duplicates', async () => {
    const { client, relay } = await start({ down: { duplicate: 1 } });
    await client.send(encodeQuery({ name: 'x.test', id: 5 }));
    expect([await idOfNext(client), await idOfNext(client)]).toEqual([5, 5]);
    expect((await relay.stats()).down).toMatchObject({ received: 1, forwarded: 2, duplicated: 1 });
  });

  // Held back for longer than any test runs, so that nothing depends on how fast this machine is.
  test.each([
    ['reordering', { reorder: 1, reorderByMs: 3_600_000 }, { reorder: 0 }, 1],
    ['delay', { delayMs: 3_600_000 }, { delayMs: 0 }, 0],
  ])('%s lets a later datagram overtake', async (_, faults, none, reordered) => {
    const { client, server, relay } = await start({ up: faults });
    await client.send(encodeQuery({ name: 'x.test', id: 1 }));
    await received(relay, 1);
    await relay.set('up', none);
    await client.send(encodeQuery({ name: 'x.test', id: 2 }));
    expect(await idOfNext(client)).toBe(2);
    expect(server.queries.map(({ id }) => id)).toEqual([2]);
    expect(await relay.stats()).toMatchObject({ onTheWay: 1, up: { received: 2, forwarded: 1, reordered } });
  });

  test('what is delayed arrives', async () => {
    const { client } = await start({ up: { delayMs: 3, jitterMs: 3 }, down: { delayMs: 3 } });
    await client.send(encodeQuery({ name: 'x.test', id: 9 }));
    expect(await idOfNext(client)).toBe(9);
  });

  test('a black hole swallows datagrams and stops streams until it is opened', async () => {
    const { client, server, relay } = await start();
    const tcp = await rawTcpClient(relay);
    open.push(tcp);
    await relay.set('both', { blackHole: true });
    await client.send(encodeQuery({ name: 'x.test', id: 1 }));
    await tcp.send(encodeQuery({ name: 'x.test', id: 2 }));
    await received(relay, 1);
    expect((await relay.stats()).up).toMatchObject({ swallowed: 1, forwarded: 0, streamOctets: 0 });
    expect(server.queries).toEqual([]);
    await relay.set('both', { blackHole: false });
    expect(await idOfNext(tcp)).toBe(2);
    await client.send(encodeQuery({ name: 'x.test', id: 3 }));
    expect(await idOfNext(client)).toBe(3);
  });

  test('refuses what it cannot do, with the reason', async () => {
    const { relay } = await start();
    await expect(relay.set('up', { loss: 7 })).rejects.toThrow('not in 0..=1');
    await expect(startRelay({ upstream: { address: '192.0.2.1', port: 53 } })).rejects.toThrow(
      'not on loopback',
    );
  });

  test('more clients than it keeps ways for lose only old answers', async () => {
    const { relay, server } = await start();
    for (let id = 0; id < 600; id += 1) {
      const client = await rawUdpClient(relay);
      await client.send(encodeQuery({ name: 'x.test', id }));
      expect(await idOfNext(client)).toBe(id);
      await client.close();
    }
    expect(server.queries).toHaveLength(600);
    expect((await relay.stats()).flows).toBe(512);
  });
});

/** Resolves when the relay has read `count` datagrams from clients. */
async function received(relay: Relay, count: number): Promise<void> {
  while ((await relay.stats()).up.received < count);
}

describe('responder', () => {
  test('answers A and AAAA after its delay, denies the rest, and counts', async () => {
    const responder = await startResponder({ delayMs: 5, a: ['192.0.2.1', '192.0.2.2'], ttlSeconds: 9 });
    const client = await rawUdpClient(responder);
    open.push(responder, client);
    const ask = async (type: string): Promise<ReturnType<typeof decode>> => {
      await client.send(encodeQuery({ name: 'Any.test', type, udpPayloadSize: 1232 }));
      return decode((await client.receive()) ?? Buffer.alloc(0));
    };
    expect(await ask('A')).toMatchObject({
      questions: [{ name: 'Any.test', type: 'A' }],
      answers: [
        { data: '192.0.2.1', ttl: 9, name: 'Any.test' },
        { data: '192.0.2.2', ttl: 9 },
      ],
      additionals: [{ type: 'OPT' }],
    });
    expect(await ask('AAAA')).toMatchObject({ answers: [], authorities: [{ type: 'SOA', name: '.' }] });
    expect(await ask('TXT')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    await client.send(Buffer.from('nonsense'));
    await ask('A');
    expect(await responder.stats()).toMatchObject({
      a: 2,
      aaaa: 1,
      other: 1,
      ignored: 1,
      answers: 4,
      pending: 0,
    });
  });

  test('denies names that it does not know, or says nothing', async () => {
    for (const unknown of ['deny', 'drop'] as const) {
      const responder = await startResponder({ a: ['192.0.2.1'], suffix: 'known.test', unknown });
      const client = await rawUdpClient(responder);
      open.push(responder, client);
      await client.send(encodeQuery({ name: 'unknown.test', type: 'A' }));
      await client.send(encodeQuery({ name: 'www.Known.test', type: 'A' }));
      const next = async (): Promise<object> => decode((await client.receive()) ?? Buffer.alloc(0));
      if (unknown === 'deny') expect(await next()).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
      expect(await next()).toMatchObject({ answers: [{ data: '192.0.2.1' }] });
      expect(await responder.stats()).toMatchObject({
        a: 1,
        unknown: 1,
        answers: unknown === 'deny' ? 2 : 1,
      });
    }
  });
});
