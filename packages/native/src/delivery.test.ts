import { SocketAddress } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeStats } from './binding.ts';
import { loadBinding } from './load.ts';
import {
  ipv4,
  type Rdata,
  type Responder,
  startResponder,
  TTL_SECONDS,
} from './test-support/dns-responder.ts';
import { TestPort } from './test-support/port.mjs';

const A = 1;
const AAAA = 28;
const MX = 15;
const TXT = 16;
const BYPASS_CACHE = 32;
const FAMILY_IPV4 = 1;
const COMPLETE = 1;
const FROM_CACHE = 2;
const CANCELLED = 7;
const CLOSED = 8;

/** Words that exercise every rule of the text form. */
const IPV6_WORDS: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 2],
  [0, 0, 0, 0, 0, 0, 1, 0],
  [0, 0, 0, 0, 0, 0, 0xc000, 0x201],
  [0, 0, 0, 0, 0, 0xfffe, 0xc000, 0x201],
  [0, 0, 0, 0, 0xffff, 0, 0xc000, 0x201],
  [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1],
  [0x2001, 0xdb8, 0, 1, 0, 0, 0, 1],
  [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1],
  [0x2001, 0xdb8, 0xa, 0xb00, 0, 0, 0, 0],
  [0, 1, 0, 0, 0, 0, 0, 0],
];

function rdataOf(words: readonly number[]): Rdata {
  const rdata = Buffer.alloc(16);
  for (const [index, word] of words.entries()) rdata.writeUInt16BE(word, 2 * index);
  return rdata;
}

/** As Node prints it. */
function textOf(words: readonly number[]): string {
  return new SocketAddress({ address: words.map((word) => word.toString(16)).join(':'), family: 'ipv6' })
    .address;
}

const binding = loadBinding();
let server: Responder;

beforeAll(async () => {
  server = await startResponder(({ name, rtype }) => {
    if (name.startsWith('silent')) return undefined;
    if (rtype === MX) return [Uint8Array.of(0, 10, 2, 0x4d, 0x78, 0xc0, 12), Uint8Array.of(1, 2, 0)];
    if (rtype === TXT && name === 'large-text.example') return [new Uint8Array(1024)];
    if (name === 'formats.example') return rtype === AAAA ? IPV6_WORDS.map(rdataOf) : [];
    if (rtype === A) return [ipv4(192, 0, 2, 1), ipv4(192, 0, 2, 2)];
    return [];
  });
});

afterAll(() => server.close());

function statsOf(handle: number): NativeStats {
  return JSON.parse(binding.stats(handle)) as NativeStats;
}

describe('an answer', () => {
  it('is delivered when it comes, and given at once when it is known', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'at once' });
    expect(port.peek(handle, 'a.example', FAMILY_IPV4)).toBeUndefined();

    const first = await port.lookup(handle, 'a.example', FAMILY_IPV4);
    expect(first).toMatchObject({ ticket: 1, kind: 1, status: 0, detail: '' });
    expect(first.flags & COMPLETE).toBe(COMPLETE);
    expect([...first.addresses].toSorted()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(first.ranks).toHaveLength(2);
    expect(first.expiresInMs).toBeGreaterThan(0);
    expect(first.atOnce).toBeUndefined();

    const second = await port.lookup(handle, 'A.Example.', FAMILY_IPV4);
    expect(second).toMatchObject({ ticket: 2, status: 0, atOnce: true });
    expect(second.flags & FROM_CACHE).toBe(FROM_CACHE);
    expect(port.peek(handle, 'a.example', FAMILY_IPV4)?.addresses).toHaveLength(2);
    expect(server.questions.filter(({ name }) => name === 'a.example')).toHaveLength(1);

    expect(statsOf(handle)).toMatchObject({ ioThreadRestarts: 0, upstreams: [{ answered: 1 }] });
    binding.close(handle);
  });

  it('to a query has lifetimes', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'query' });
    const record = await port.query(handle, 'b.example', A);
    expect(record).toMatchObject({ kind: 2, status: 0, addresses: ['192.0.2.1', '192.0.2.2'] });
    expect(record.ttls).toHaveLength(2);
    for (const ttl of record.ttls) {
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(TTL_SECONDS);
    }
    binding.close(handle);
  });

  it('to a query for other records has their data, with names in full', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'records' });
    const first = await port.query(handle, 'C.Example', MX);
    const exchange = [2, 0x4d, 0x78, 1, 0x63, 7, ...Buffer.from('example'), 0];
    expect(first).toMatchObject({ kind: 3, status: 0, addresses: [], ttls: [] });
    expect(first.records).toEqual([
      { rtype: MX, ttl: TTL_SECONDS, rdata: [0, 10, ...exchange] },
      { rtype: MX, ttl: TTL_SECONDS, rdata: [1, 2, 0] },
    ]);
    const second = await port.query(handle, 'c.example', MX);
    expect(second.atOnce).toBe(true);
    expect(second.flags & FROM_CACHE).toBe(FROM_CACHE);
    expect(second.records.map(({ rdata }) => rdata)).toEqual(first.records.map(({ rdata }) => rdata));
    for (const { ttl } of second.records) {
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(TTL_SECONDS);
    }
    const third = await port.query(handle, 'c.example', MX, BYPASS_CACHE);
    expect(third.atOnce).toBeUndefined();
    expect(third.records).toEqual(first.records);
    const asked = server.questions.filter(({ name, rtype }) => name === 'c.example' && rtype === MX);
    expect(asked).toHaveLength(2);
    binding.close(handle);
  });

  it('to a query for other records fails like any other', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'no records', timeoutMs: 20, tries: 1 });
    const noData = 2;
    expect(await port.query(handle, 'd.example', TXT)).toMatchObject({
      kind: 3,
      status: noData,
      detail: '',
      records: [],
    });
    const timeout = 5;
    const failed = await port.query(handle, 'silent-records.example', TXT);
    expect(failed).toMatchObject({ kind: 3, status: timeout, records: [] });
    expect(JSON.parse(failed.detail)).toHaveLength(1);
    binding.close(handle);
  });

  it('has addresses in the text that Node gives them', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'formats' });
    const record = await port.query(handle, 'formats.example', AAAA);
    expect(record.addresses).toEqual(IPV6_WORDS.map(textOf));
    binding.close(handle);
  });

  it('that failed says which server did what', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'failed', timeoutMs: 20, tries: 1 });
    const record = await port.lookup(handle, 'silent-failed.example', FAMILY_IPV4);
    const timeout = 5;
    expect(record).toMatchObject({ status: timeout, addresses: [], expiresInMs: 0 });
    expect(JSON.parse(record.detail)).toContainEqual({
      server: `127.0.0.1:${server.port}`,
      transport: 'udp',
      status: timeout,
      elapsedMs: expect.any(Number),
    });
    binding.close(handle);
  });
});

describe('an answer that the scratch memory cannot hold', () => {
  it('comes in memory of its own, also if it is known at once', async () => {
    const port = new TestPort(binding, 40);
    const handle = port.open(server.port, { namespace: 'outgrown' });
    const first = await port.lookup(handle, 'large.example', FAMILY_IPV4);
    expect([...first.addresses].toSorted()).toEqual(['192.0.2.1', '192.0.2.2']);
    const second = await port.lookup(handle, 'large.example', FAMILY_IPV4);
    expect(second.atOnce).toBeUndefined();
    expect(second.flags & FROM_CACHE).toBe(FROM_CACHE);
    expect(second.addresses).toHaveLength(2);
    expect(port.peek(handle, 'large.example', FAMILY_IPV4)).toBeUndefined();
    const third = await port.query(handle, 'large-text.example', TXT);
    expect(third.records[0]?.rdata).toHaveLength(1024);
    expect(port.outgrown).toBe(3);
    binding.close(handle);
  });
});

describe('a ticket', () => {
  it('is settled once when it is cancelled', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'cancel' });
    const cancelled = port.lookup(handle, 'silent-cancelled.example');
    binding.cancel(handle, port.lastTicket);
    binding.cancel(handle, port.lastTicket);
    expect(await cancelled).toMatchObject({ status: CANCELLED });
    // A second delivery of the ticket would throw before this one came.
    expect(await port.lookup(handle, 'after-cancel.example')).toMatchObject({ status: 0 });
    binding.close(handle);
  });

  it('is settled when its resolver is closed', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'close' });
    const pending = [port.lookup(handle, 'silent-1.example'), port.query(handle, 'silent-2.example', A)];
    binding.close(handle);
    for (const record of await Promise.all(pending)) expect(record).toMatchObject({ status: CLOSED });
  });

  it('belongs to its port: two copies of the package use the same numbers', async () => {
    const ports = [new TestPort(binding), new TestPort(binding)];
    const lookups = ports.map((port, index) => {
      const handle = port.open(server.port, { namespace: 'two ports' });
      return port.lookup(handle, `port-${index}.example`, FAMILY_IPV4);
    });
    const records = await Promise.all(lookups);
    expect(records.map(({ ticket }) => ticket)).toEqual([1, 1]);
    expect(ports.map(({ batches }) => batches)).toEqual([[1], [1]]);
  });
});

describe('a delivery', () => {
  it('has at most 512 records, and leaves the event loop a turn before the next', async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'turns' });
    const turns: number[] = [];
    let turn = 0;
    port.onDelivery = () => turns.push(turn);
    const pending = Array.from({ length: 1300 }, (_, index) =>
      port.lookup(handle, `silent-${index}.example`),
    );
    // This thread stays in this turn until the I/O thread has taken them all, and then has ended them all.
    while (statsOf(handle).waiters < pending.length);
    for (let ticket = 1; ticket <= pending.length; ticket++) binding.cancel(handle, ticket);
    while (statsOf(handle).waiters > 0);
    const counter = setInterval(() => undefined, 1);
    const countTurns = (): void => {
      turn++;
      if (port.pending > 0) setImmediate(countTurns);
    };
    setImmediate(countTurns);
    await Promise.all(pending);
    clearInterval(counter);
    expect(Math.max(...port.batches)).toBe(512);
    expect(port.batches.reduce((sum, records) => sum + records, 0)).toBe(1300);
    expect(new Set(turns).size).toBe(port.batches.length);
    binding.close(handle);
  });
});
