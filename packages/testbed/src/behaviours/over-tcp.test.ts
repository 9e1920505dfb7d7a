import { connect } from 'node:net';
import { once } from 'node:events';
import { decode } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import {
  a,
  answer,
  answerOfSize,
  byType,
  closing,
  closingAfter,
  cutAfter,
  drop,
  encodeQuery,
  frameOfLength,
  hold,
  inOneWrite,
  inOrder,
  largestMessageOctets,
  manyA,
  octetByOctet,
  rawTcpClient,
  rawUdpClient,
  resetting,
  startDnsServer,
  truncated,
  truncatedOverUdp,
  type Behaviour,
  type DnsServer,
  type RawClient,
} from '../index.ts';

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource[Symbol.asyncDispose]();
});

async function start(behaviour: Behaviour): Promise<{ server: DnsServer; client: RawClient }> {
  const server = await startDnsServer({ onQuery: () => behaviour });
  const client = await rawTcpClient(server);
  open.push(server, client);
  return { server, client };
}

/** Sends one query on a plain connection and returns every octet until the server ends it, and how it ended. */
async function octetsOf(behaviour: Behaviour): Promise<{ octets: Buffer; chunks: number; reset: boolean }> {
  const server = await startDnsServer({ onQuery: () => behaviour });
  open.push(server);
  const socket = connect({ port: server.port, host: server.address });
  const chunks: Buffer[] = [];
  let reset = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reset = error.code === 'ECONNRESET';
  });
  const closed = once(socket, 'close').catch(() => undefined);
  const query = encodeQuery({ name: 'x.test' });
  socket.write(Buffer.concat([Buffer.of(0, query.length), query]));
  await closed;
  return { octets: Buffer.concat(chunks), chunks: chunks.length, reset };
}

const good = answer(a('192.0.2.1'));
const goodOctets = 2 + 12 + 12 + 16;

describe('framing', () => {
  test.each([0, 1, 11])('a frame of %i octets', async (length) => {
    const { octets } = await octetsOf(inOrder(frameOfLength(length), closing()));
    expect(octets).toEqual(Buffer.concat([Buffer.of(0, length), Buffer.alloc(length)]));
  });

  test('octet by octet', async () => {
    const { octets } = await octetsOf(inOrder(octetByOctet(good), closing()));
    expect(octets.readUInt16BE(0)).toBe(octets.length - 2);
    expect(decode(octets.subarray(2)).answers).toMatchObject([{ data: '192.0.2.1' }]);
  });

  test('FIN within the length, and within the message', async () => {
    expect(await octetsOf(cutAfter(1, good))).toMatchObject({ octets: Buffer.of(0), reset: false });
    const { octets } = await octetsOf(cutAfter(20, good));
    expect([octets.length, octets.readUInt16BE(0)]).toEqual([20, goodOctets - 2]);
  });

  test('FIN after the answer, or instead of it, and RST', async () => {
    expect((await octetsOf(closingAfter(good))).octets).toHaveLength(goodOctets);
    expect(await octetsOf(closing())).toMatchObject({ chunks: 0, reset: false });
    expect(await octetsOf(resetting())).toMatchObject({ chunks: 0, reset: true });
  });

  test('a valid message of 65 535 octets', async () => {
    const parts = { answers: [a('192.0.2.1')] };
    const { client } = await start(answerOfSize(largestMessageOctets, parts));
    await client.send(encodeQuery({ name: 'x.test', udpPayloadSize: 1232 }));
    const message = (await client.receive()) ?? Buffer.alloc(0);
    expect(message).toHaveLength(65_535);
    expect(decode(message)).toMatchObject({
      answers: parts.answers,
      additionals: [{ ttl: 0 }, { type: 'OPT' }],
    });
  });

  test('4 000 A records in one message', async () => {
    const { client } = await start(answer(...manyA(4000)));
    await client.send(encodeQuery({ name: 'x.test' }));
    const { answers } = decode((await client.receive()) ?? Buffer.alloc(0));
    expect(answers).toHaveLength(4000);
    expect(answers?.[3999]).toMatchObject({ name: 'x.test', data: '10.0.15.160' });
  });
});

describe('pipelining', () => {
  async function idsOf(client: RawClient, count: number): Promise<number[]> {
    const ids: number[] = [];
    for (let received = 0; received < count; received += 1) {
      ids.push((await client.receive())?.readUInt16BE(0) ?? -1);
    }
    return ids;
  }

  test('answers leave out of order when one is held', async () => {
    const held = hold(good);
    const { client } = await start(byType({ A: held, AAAA: good }));
    await client.send(encodeQuery({ name: 'x.test', id: 1 }));
    await client.send(encodeQuery({ name: 'x.test', id: 2, type: 'AAAA' }));
    expect(await idsOf(client, 1)).toEqual([2]);
    await held.release();
    expect(await idsOf(client, 1)).toEqual([1]);
  });

  test('several answers leave in one write, in either order', async () => {
    for (const [order, ids] of [
      ['in-order', [1, 2, 3]],
      ['reversed', [3, 2, 1]],
    ] as const) {
      const { client } = await start(inOneWrite(3, good, order));
      for (const id of [1, 2, 3]) await client.send(encodeQuery({ name: 'x.test', id }));
      expect(await idsOf(client, 3)).toEqual(ids);
    }
  });
});

test('silence leaves the connection open; the server counts connections', async () => {
  const { server, client } = await start(drop());
  await client.send(encodeQuery({ name: 'x.test' }));
  const [query] = await server.waitForQueries(1, { transport: 'tcp' });
  expect(query).toMatchObject({ connection: 1, sourcePort: client.port });
  expect(server.connections).toEqual({ accepted: 1, open: 1 });
});

test('truncation over UDP leads to the answer over TCP, and TC is possible there, too', async () => {
  const server = await startDnsServer({
    zone: { 'big.test': truncatedOverUdp(good, a('192.0.2.66')), 'worse.test': truncated() },
  });
  const udp = await rawUdpClient(server);
  const tcp = await rawTcpClient(server);
  open.push(server, udp, tcp);
  await udp.send(encodeQuery({ name: 'big.test' }));
  expect(decode((await udp.receive()) ?? Buffer.alloc(0))).toMatchObject({
    flag_tc: true,
    answers: [{ data: '192.0.2.66' }],
  });
  await tcp.send(encodeQuery({ name: 'big.test' }));
  expect(decode((await tcp.receive()) ?? Buffer.alloc(0))).toMatchObject({
    flag_tc: false,
    answers: [{ data: '192.0.2.1' }],
  });
  await tcp.send(encodeQuery({ name: 'worse.test' }));
  expect(decode((await tcp.receive()) ?? Buffer.alloc(0)).flag_tc).toBe(true);
});

test('what needs TCP fails over UDP, where close shows it', async () => {
  const server = await startDnsServer({ onQuery: () => resetting() });
  const client = await rawUdpClient(server);
  open.push(client);
  await client.send(encodeQuery({ name: 'x.test' }));
  await server.waitForQueries(1);
  await expect(server.close()).rejects.toThrow('needs a query over TCP');
});
