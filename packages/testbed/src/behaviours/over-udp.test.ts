import { decode, type DecodedPacket } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import {
  a,
  aaaa,
  afterWrongIds,
  alternating,
  answer,
  byType,
  cnameChain,
  cnameLoop,
  delayed,
  dockerStub,
  drop,
  encodeQuery,
  failure,
  forgedAddresses,
  forgedAnswer,
  fromOtherAddress,
  fromOtherPort,
  hold,
  ignoringEdns,
  inOrder,
  inTurn,
  manyA,
  manyAaaa,
  nodata,
  rawUdpClient,
  refusingEdns,
  reply,
  resolvedStub,
  rotating,
  silentToEdns,
  startDnsServer,
  startRefusingPort,
  truncated,
  wrongId,
  type Behaviour,
  type DnsServer,
  type RawClient,
  type RawQuery,
} from '../index.ts';

const open: AsyncDisposable[] = [];

afterEach(async () => {
  // The client first: a flood waits until its receiver has read or is gone.
  for (const resource of open.splice(0).toReversed()) await resource[Symbol.asyncDispose]();
});

async function start(behaviour: Behaviour): Promise<{ server: DnsServer; client: RawClient }> {
  const server = await startDnsServer({ onQuery: () => behaviour });
  const client = await rawUdpClient(server);
  open.push(server, client);
  return { server, client };
}

async function receive(client: RawClient): Promise<DecodedPacket> {
  return decode((await client.receive()) ?? Buffer.alloc(0));
}

async function ask(client: RawClient, query: RawQuery): Promise<DecodedPacket> {
  await client.send(encodeQuery(query));
  return receive(client);
}

/** The data of each answer record. */
function dataOf(packet: DecodedPacket): unknown[] {
  return (packet.answers ?? []).map((record) => ('data' in record ? record.data : undefined));
}

const good = answer(a('192.0.2.1'));

describe('hold', () => {
  test('withholds until the release, then lets everything through', async () => {
    const held = hold(good);
    const { client, server } = await start(held);
    await client.send(encodeQuery({ name: 'x.test', id: 1 }));
    await client.send(encodeQuery({ name: 'x.test', id: 2 }));
    await held.waitFor(2);
    expect([held.waiting, server.queries.length]).toEqual([2, 2]);
    await held.release();
    expect([(await receive(client)).id, (await receive(client)).id]).toEqual([1, 2]);
    expect((await ask(client, { name: 'x.test', id: 3 })).id).toBe(3);
    expect(held.waiting).toBe(0);
  });

  test('releaseWaiting goes on withholding', async () => {
    const held = hold(good);
    const { client } = await start(held);
    await client.send(encodeQuery({ name: 'x.test', id: 1 }));
    await held.waitFor(1);
    await held.releaseWaiting();
    expect((await receive(client)).id).toBe(1);
    await client.send(encodeQuery({ name: 'x.test', id: 2 }));
    await held.waitFor(1);
    expect(held.waiting).toBe(1);
  });
});

test('delayed answers when its timer says so', async () => {
  const timers: { callback: () => void; ms: number }[] = [];
  const timer = (callback: () => void, ms: number) => timers.push({ callback, ms });
  const { client, server } = await start(byType({ A: delayed(700, good, timer), AAAA: nodata() }));
  await client.send(encodeQuery({ name: 'x.test', id: 1 }));
  await server.waitForQueries(1);
  expect(await ask(client, { name: 'x.test', id: 2, type: 'AAAA' })).toMatchObject({ id: 2, answers: [] });
  expect(timers.map(({ ms }) => ms)).toEqual([700]);
  timers[0]?.callback();
  expect((await receive(client)).id).toBe(1);
});

test('inTurn counts each question on its own, and drop says nothing', async () => {
  const { client } = await start(inTurn(drop(), failure('SERVFAIL'), good));
  await client.send(encodeQuery({ name: 'x.test', id: 1 }));
  await client.send(encodeQuery({ name: 'x.test', id: 2, type: 'AAAA' }));
  expect(await ask(client, { name: 'X.test', id: 3 })).toMatchObject({ id: 3, rcode: 'SERVFAIL' });
  expect(dataOf(await ask(client, { name: 'x.test', id: 4 }))).toEqual(['192.0.2.1']);
  expect(dataOf(await ask(client, { name: 'x.test', id: 5 }))).toEqual(['192.0.2.1']);
});

describe('forged answers', () => {
  test('come with another ID, from another port, and from another address', async () => {
    const { client } = await start(inOrder(wrongId(reply(forgedAnswer)), good));
    const forged = await ask(client, { name: 'x.test', id: 0x1234 });
    expect([forged.id, dataOf(forged)]).toEqual([0x1234 ^ 0xffff, [forgedAddresses.A]]);
    expect(dataOf(await receive(client))).toEqual(['192.0.2.1']);
  });

  test('a connected socket does not see what comes from elsewhere', async () => {
    const elsewhere = inOrder(
      fromOtherPort(reply(forgedAnswer)),
      fromOtherAddress('127.0.0.66', reply(forgedAnswer)),
    );
    const { client, server } = await start(inOrder(elsewhere, good));
    const { Resolver } = await import('node:dns/promises');
    const resolver = new Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([server.endpoint]);
    expect(await resolver.resolve4('x.test')).toEqual(['192.0.2.1']);
    // The unconnected client is shown all three.
    await client.send(encodeQuery({ name: 'x.test' }));
    const seen = [await receive(client), await receive(client), await receive(client)];
    expect(seen.map((packet) => dataOf(packet)[0])).toEqual([
      forgedAddresses.A,
      forgedAddresses.A,
      '192.0.2.1',
    ]);
  });

  test('10 000 wrong IDs lose nothing on the way to a client that reads', async () => {
    const count = 10_000;
    const { client } = await start(afterWrongIds(count, reply(forgedAnswer), good));
    await client.send(encodeQuery({ name: 'x.test', id: 77 }));
    const ids = new Set<number | undefined>();
    for (let received = 0; received < count; received += 1) ids.add((await receive(client)).id);
    expect([ids.size, ids.has(77)]).toEqual([count, false]);
    expect(await receive(client)).toMatchObject({ id: 77, answers: [{ data: '192.0.2.1' }] });
  });
});

describe('EDNS', () => {
  const withOpt = { name: 'x.test', id: 1, udpPayloadSize: 1232 };

  test.each(['FORMERR', 'NOTIMP'] as const)('%s to OPT, without one', async (rcode) => {
    const { client } = await start(refusingEdns(good, rcode));
    expect(await ask(client, withOpt)).toMatchObject({ rcode, additionals: [] });
    expect(dataOf(await ask(client, { name: 'x.test' }))).toEqual(['192.0.2.1']);
  });

  test('silence to OPT', async () => {
    const { client, server } = await start(silentToEdns(good));
    await client.send(encodeQuery(withOpt));
    expect(await ask(client, { name: 'x.test', id: 2 })).toMatchObject({ id: 2, rcode: 'NOERROR' });
    expect(server.queries.map((query) => query.hasOpt)).toEqual([true, false]);
  });

  test('an answer has OPT as its query did, unless EDNS is ignored', async () => {
    const { client, server } = await start(good);
    expect(await ask(client, withOpt)).toMatchObject({
      additionals: [{ type: 'OPT', udpPayloadSize: 1232 }],
    });
    server.onQuery = () => ignoringEdns(good);
    expect(await ask(client, withOpt)).toMatchObject({ additionals: [], answers: [{ type: 'A' }] });
  });
});

describe('CNAME chains', () => {
  async function links(behaviour: Behaviour): Promise<string[]> {
    const { client } = await start(behaviour);
    const packet = await ask(client, { name: 'x.test', udpPayloadSize: 4096 });
    return (packet.answers ?? []).map((record, index) => `${record.name} ${String(dataOf(packet)[index])}`);
  }
  const end = [a('192.0.2.1')];
  const inOrderChain = [
    'x.test link-1.chain.test',
    'link-1.chain.test link-2.chain.test',
    'link-2.chain.test 192.0.2.1',
  ];

  test('in order, reversed, shuffled, and without an end', async () => {
    expect(await links(cnameChain({ length: 2, end }))).toEqual(inOrderChain);
    expect(await links(cnameChain({ length: 2, end, order: 'reversed' }))).toEqual(inOrderChain.toReversed());
    expect(await links(cnameChain({ length: 2 }))).toEqual(inOrderChain.slice(0, 2));
    const shuffled = await links(cnameChain({ length: 11, end, order: 'shuffled' }));
    const straight = await links(cnameChain({ length: 11, end }));
    expect(shuffled).not.toEqual(straight);
    expect(shuffled.toSorted()).toEqual(straight.toSorted());
    expect(straight).toHaveLength(12);
  });

  test('loops of one and of several', async () => {
    expect(await links(cnameLoop(1))).toEqual(['x.test x.test']);
    expect(await links(cnameLoop(3))).toEqual([
      'x.test link-1.chain.test',
      'link-1.chain.test link-2.chain.test',
      'link-2.chain.test x.test',
    ]);
  });
});

describe('sets of addresses', () => {
  test('rotate, or alternate', async () => {
    const records = [a('192.0.2.1'), a('192.0.2.2')];
    const { client, server } = await start(rotating(...records));
    expect(dataOf(await ask(client, { name: 'x.test' }))).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(dataOf(await ask(client, { name: 'x.test' }))).toEqual(['192.0.2.2', '192.0.2.1']);
    expect(dataOf(await ask(client, { name: 'x.test' }))).toEqual(['192.0.2.1', '192.0.2.2']);
    const one = alternating(...records);
    server.onQuery = () => one;
    expect(dataOf(await ask(client, { name: 'x.test' }))).toEqual(['192.0.2.1']);
    expect(dataOf(await ask(client, { name: 'x.test' }))).toEqual(['192.0.2.2']);
  });

  test('are all different', () => {
    expect(new Set(manyA(4000).map(({ data }) => data)).size).toBe(4000);
    expect(manyA(256).at(-1)).toEqual(a('10.0.1.0'));
    expect(manyAaaa(16).at(-1)).toEqual(aaaa('2001:db8::10'));
  });
});

describe('stub resolvers', () => {
  test("Docker's knows containers, without IPv6 and without EDNS", async () => {
    const { client } = await start(dockerStub({ db: '172.17.0.2' }, good));
    expect(await ask(client, { name: 'DB', udpPayloadSize: 1232 })).toMatchObject({
      answers: [{ data: '172.17.0.2', ttl: 600 }],
      additionals: [],
    });
    expect(await ask(client, { name: 'db', type: 'AAAA' })).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authorities: [],
    });
    expect(dataOf(await ask(client, { name: 'db.example.test' }))).toEqual(['192.0.2.1']);
  });

  test('systemd-resolved fails on the addresses of single labels', async () => {
    const { client } = await start(resolvedStub(good));
    expect(await ask(client, { name: 'db', type: 'AAAA' })).toMatchObject({ rcode: 'SERVFAIL' });
    expect(dataOf(await ask(client, { name: 'db.example.test' }))).toEqual(['192.0.2.1']);
  });
});

test('truncated sets TC and keeps the partial records', async () => {
  const { client } = await start(truncated(a('192.0.2.9')));
  const packet = await ask(client, { name: 'x.test' });
  expect([packet.flag_tc, dataOf(packet)]).toEqual([true, ['192.0.2.9']]);
});

test('a refusing port answers with an error at once', async () => {
  const port = await startRefusingPort();
  open.push(port);
  const { Resolver } = await import('node:dns/promises');
  const resolver = new Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([`${port.address}:${port.port}`]);
  await expect(resolver.resolve4('x.test')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
