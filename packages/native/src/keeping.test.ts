import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NativePopularName, NativeStats } from './binding.ts';
import { loadBinding } from './load.ts';
import { ipv4, type Responder, startResponder } from './test-support/dns-responder.ts';
import { TestPort } from './test-support/port.mjs';

const A = 1;
const FROM_CACHE = 2;
const NXDOMAIN = 1;
const AT_HAND = 64;

const binding = loadBinding();
let server: Responder;

beforeAll(async () => {
  server = await startResponder(({ name, rtype }) =>
    name.startsWith('none') ? [] : rtype === A ? [ipv4(192, 0, 2, 1)] : [],
  );
});

afterAll(() => server.close());

function statsOf(handle: number): NativeStats {
  return JSON.parse(binding.stats(handle)) as NativeStats;
}

/** All pieces, one after the other. */
function exportAll(handle: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let cursor = 0;
  do {
    const { next, entries } = binding.exportEntries(handle, cursor);
    expect(entries.byteLength).toBeLessThanOrEqual(65_536);
    pieces.push(entries);
    cursor = next;
  } while (cursor !== 0);
  return Buffer.concat(pieces);
}

/** A row of an answer with the address 192.0.2.1 and a TTL of 300 s. */
function row(name: string, storedAt: number, expiresAt: number): Uint8Array {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const wire = Buffer.concat([...labels, Buffer.from([0])]);
  const numbers = Buffer.alloc(2 + 8 + 8 + 4 + 8);
  numbers.writeUInt16LE(A, 0);
  numbers.writeDoubleLE(storedAt, 2);
  numbers.writeDoubleLE(expiresAt, 10);
  numbers.writeUInt32LE(8, 18);
  numbers.writeUInt32BE(300, 22);
  numbers.set(ipv4(192, 0, 2, 1), 26);
  return Buffer.concat([Buffer.from([1, wire.length]), wire, numbers]);
}

it('what one namespace has learnt is known again after it was forgotten', async () => {
  const port = new TestPort(binding);
  let handle = port.open(server.port, { namespace: 'kept', timeoutMs: 5000 });
  expect(binding.exportEntries(handle, 0)).toEqual({ next: 0, entries: Buffer.alloc(0) });
  const names = Array.from({ length: 2_000 }, (_, index) => `host-${index}.kept.example`);
  // Few at a time: the server shares this thread.
  for (let first = 0; first < names.length; first += 50) {
    await Promise.all(names.slice(first, first + 50).map((name) => port.lookup(handle, name, 1)));
  }
  for (let times = 0; times < 50; times++) await port.lookup(handle, 'host-7.kept.example', 1);
  await port.lookup(handle, 'none.kept.example', 1);
  const { namespace } = statsOf(handle);
  const rows = exportAll(handle);
  expect(rows.byteLength).toBeGreaterThan(65_536);
  binding.close(handle);

  handle = port.open(server.port, { namespace: 'kept', timeoutMs: 5000 });
  const elsewhere = port.open(server.port, { namespace: 'elsewhere' });
  const asked = server.questions.length;
  const ignored = await port.importEntries(elsewhere, namespace, rows);
  expect(ignored).toMatchObject({ status: 0, detail: '{"imported":0,"matched":false}' });
  const taken = await port.importEntries(handle, namespace, rows);
  expect(taken).toMatchObject({ status: 0, detail: '{"imported":2000,"matched":true}' });
  for (const name of ['host-0.kept.example', 'host-1999.kept.example']) {
    const record = await port.lookup(handle, name, 1);
    expect(record).toMatchObject({ status: 0, addresses: ['192.0.2.1'] });
    expect(record.flags & FROM_CACHE).toBe(FROM_CACHE);
  }
  expect(server.questions).toHaveLength(asked);
  expect(await port.importEntries(handle, namespace, rows)).toMatchObject({
    detail: '{"imported":0,"matched":true}',
  });

  const popular = JSON.parse(binding.popularity(handle)) as NativePopularName[];
  expect(popular[0]).toEqual({ name: 'host-7.kept.example', weight: 100, lastUsedMs: expect.any(Number) });
  expect(Math.abs(Date.now() - (popular[0]?.lastUsedMs ?? 0))).toBeLessThan(600_000);
  expect(statsOf(handle).popularNames).toBe(popular.length);
  binding.close(handle);
  binding.close(elsewhere);
});

it('takes what is from the future as stale, and nothing after a row that makes no sense', async () => {
  const port = new TestPort(binding);
  const handle = port.open(server.port, { namespace: 'rows' });
  await port.lookup(handle, 'known.rows.example', 1);
  const { namespace } = statsOf(handle);
  const now = Date.now();
  const rows = Buffer.concat([
    row('future.rows.example', now + 60_000, now + 360_000),
    row('expired.rows.example', now - 400_000, now - 100_000),
    row('fresh.rows.example', now - 100_000, now + 200_000),
    row('too-old.rows.example', now - 100_000_000, now - 99_700_000),
    Buffer.from([7]),
    row('behind.rows.example', now - 100_000, now + 200_000),
  ]);
  const taken = await port.importEntries(handle, namespace, rows);
  expect(taken.detail).toBe('{"imported":3,"matched":true}');
  const atHand = async (name: string): Promise<number> =>
    (await port.lookup(handle, `${name}.rows.example`, 1 | AT_HAND)).status;
  expect(await atHand('fresh')).toBe(0);
  for (const name of ['future', 'expired', 'too-old', 'behind']) expect(await atHand(name)).toBe(NXDOMAIN);
  const kept = Buffer.from(exportAll(handle)).toString('latin1');
  for (const name of ['future', 'expired', 'fresh']) expect(kept).toContain(name);
  binding.close(handle);
});

it('belongs to the first port that claims it, until that has closed its resolvers', async () => {
  const ports = [new TestPort(binding), new TestPort(binding)] as const;
  const handles = ports.map((port) => port.open(server.port, { namespace: 'owned' }));
  const [first = 0, second = 0] = handles;
  expect(binding.own(first)).toBe(false);
  await Promise.all(ports.map((port, index) => port.lookup(handles[index] ?? 0, 'a.owned.example', 1)));
  expect(handles.map((handle) => binding.own(handle))).toEqual([true, false]);
  expect(handles.map((handle) => statsOf(handle).owner)).toEqual([true, false]);
  binding.close(first);
  expect(binding.own(second)).toBe(true);
  binding.close(second);
});
