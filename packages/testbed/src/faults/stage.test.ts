import { decode, type DecodedPacket } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alwaysTruncated,
  answeredBy,
  available,
  blackHoled,
  coldName,
  delayedBy,
  emptyAnswers,
  encodeQuery,
  flapping,
  killed,
  losing,
  lyingNodata,
  lyingNxdomain,
  rawTcpClient,
  rawUdpClient,
  refusing,
  servfailing,
  startStage,
  stopped,
  together,
  warmName,
  wrongIds,
  type Fault,
  type RawClient,
  type Stage,
} from '../index.ts';

const isAvailable = available('nsd') && available('dnsdist');

function addresses({ answers = [] }: DecodedPacket): string[] {
  return answers.flatMap((record) => (record.type === 'A' || record.type === 'AAAA' ? [record.data] : []));
}

async function ask(client: RawClient, name: string, id = 7): Promise<DecodedPacket> {
  await client.send(encodeQuery({ name, id }));
  return decode((await client.receive()) ?? Buffer.alloc(0));
}

test('names have one right answer from each class', () => {
  expect(answeredBy(warmName(300), ['198.18.1.44'])).toBe('primary');
  expect(answeredBy(warmName(300), ['2001:db8:b::12d', '198.19.1.44'])).toBe('fallback');
  expect(answeredBy(warmName(300), ['198.18.1.44', '198.19.1.44'])).toBeUndefined();
  expect(answeredBy(warmName(300), ['2001:db8:b::12d', '198.18.1.44'])).toBe('both');
  expect(answeredBy(warmName(301), ['198.18.1.44'])).toBeUndefined();
  expect(answeredBy(coldName(256), ['198.18.255.0'])).toBe('primary');
  expect(answeredBy(coldName(256), [])).toBeUndefined();
  expect(answeredBy('other.example', ['198.18.255.0'])).toBeUndefined();
});

describe.runIf(isAvailable)('a stage', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ secondary: 'nsd', fallbacks: ['doh', 'dot', 'scripted'] });
  });
  afterAll(() => stage.close());

  test('answers everywhere with the same names', async () => {
    const { primary, secondary, options } = stage;
    for (const server of [primary, secondary]) {
      await using client = await rawUdpClient(server ?? primary);
      for (const name of [warmName(999), coldName(123_456)]) {
        expect(answeredBy(name, addresses(await ask(client, name)))).toBe('primary');
      }
    }
    expect(options.servers).toHaveLength(2);
    expect(options.fallback).toHaveLength(3);
    expect(await primary.settledQueries({ name: warmName(999) })).toHaveLength(1);
  });

  test.each<[Fault, object]>([
    [servfailing, { rcode: 'SERVFAIL', answers: [], authorities: [] }],
    [refusing, { rcode: 'REFUSED', answers: [], authorities: [] }],
    [emptyAnswers, { rcode: 'NOERROR', answers: [], authorities: [] }],
    [lyingNodata, { rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] }],
    [lyingNxdomain, { rcode: 'NXDOMAIN', answers: [], authorities: [{ type: 'SOA' }] }],
    [alwaysTruncated, { rcode: 'NOERROR', flag_tc: true, answers: [] }],
    [wrongIds, { id: 0xff07, rcode: 'NOERROR' }],
  ])('forges answers: %o', async (fault, expected) => {
    await using client = await rawUdpClient(stage.primary);
    await using tcp = await rawTcpClient(stage.primary);
    await fault.begin(stage);
    expect(await ask(client, warmName(1))).toMatchObject(expected);
    expect(addresses(await ask(tcp, warmName(1)))).toHaveLength(1);
    await fault.end(stage);
    expect(addresses(await ask(client, warmName(1)))).toHaveLength(1);
  });

  test.each([blackHoled, losing(1), stopped])('keeps silent: $name', async (fault) => {
    await using client = await rawUdpClient(stage.primary);
    await fault.begin(stage);
    await client.send(encodeQuery({ name: warmName(1), id: 1 }));
    const { up } = await stage.primary.relayStats();
    await fault.end(stage);
    const { id } = await ask(client, warmName(1), 2);
    // A stopped server has the query, and answers it when it goes on.
    expect(id).toBe(fault === stopped ? 1 : 2);
    expect(up.received - up.forwarded - up.lost - up.swallowed).toBe(0);
  });

  test('killed, and back where it was', async () => {
    const { primary } = stage;
    await killed.begin(stage);
    expect(primary.running).toBe(false);
    await expect(rawTcpClient(primary)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await killed.end(stage);
    await using client = await rawUdpClient(primary);
    expect(addresses(await ask(client, warmName(1)))).toHaveLength(1);
    expect((await primary.settledQueries({ name: warmName(1) })).length).toBeGreaterThan(0);
  });

  test('a fault that ends leaves a healthy stage, together and on and off', async () => {
    const both = together('slow and lossy', [delayedBy(300), losing(1)]);
    const fault = flapping(both, 60_000);
    await fault.begin(stage);
    await fault.end(stage);
    await using client = await rawUdpClient(stage.primary);
    expect(addresses(await ask(client, warmName(2)))).toHaveLength(1);
  });
});
