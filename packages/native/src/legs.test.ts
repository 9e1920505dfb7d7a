import { describe, expect, it } from 'vitest';
import type { NativeOptions } from './binding.ts';
import { loadBinding } from './load.ts';
import { TestPort } from './test-support/port.mjs';

const A = 1;
const BAD_RESPONSE = 12;
const TLS_FAILED = 17;
const URL = 'https://dns.test/dns-query';

const binding = loadBinding();

/** One attempt at an encrypted server, whose answers are nobody else's. */
let opened = 0;
function changes(): Partial<NativeOptions> {
  return {
    servers: [{ protocol: 'https', url: URL, identity: `legs ${opened++}` }],
    tries: 1,
    timeoutMs: 10_000,
  };
}

function asked(): { readonly port: TestPort; readonly handle: number; ask(): ReturnType<TestPort['query']> } {
  const port = new TestPort(binding);
  const handle = port.open(0, changes());
  return { port, handle, ask: () => port.query(handle, 'www.test', A) };
}

/** 192.0.2.1, for any query. */
function answerTo(query: Uint8Array): Uint8Array {
  const question = Buffer.from(query).indexOf(0, 12) + 5;
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
  const answer = Buffer.from([...query.subarray(0, question), ...record]);
  answer.writeUInt16BE(0x8180, 2);
  answer.writeUInt16BE(1, 6);
  answer.writeUInt16BE(0, 10);
  return answer;
}

it('a question to an encrypted server is offered, taken and answered', async () => {
  const { port, handle, ask } = asked();
  const answer = ask();
  const leg = await port.leg();
  expect(leg).toMatchObject({ handle, url: URL });
  expect(Buffer.from(leg.query).toString('latin1')).toContain('\x03www\x04test\x00\x00\x01\x00\x01');
  const leftMs = binding.takeLeg(port.id, leg.leg);
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(20_000);
  expect(binding.takeLeg(port.id, leg.leg)).toBe(0);
  binding.answerLeg(port.id, leg.leg, 0, false, answerTo(leg.query));
  expect(await answer).toMatchObject({ status: 0, addresses: ['192.0.2.1'] });
  expect(await ask()).toMatchObject({ status: 0, atOnce: true });
  binding.close(handle);
});

it('what has no leg is ignored: none of that number, not taken, answered, or another port’s', async () => {
  const { port, handle, ask } = asked();
  const other = new TestPort(binding);
  const answer = ask();
  const { leg, query } = await port.leg();
  const octets = answerTo(query);
  expect(binding.takeLeg(port.id, leg + 1)).toBe(0);
  expect(binding.takeLeg(other.id, leg)).toBe(0);
  expect(binding.takeLeg(0xffff_ffff, leg)).toBe(0);
  binding.answerLeg(port.id, leg, 0, false, octets);
  expect(binding.takeLeg(port.id, leg)).toBeGreaterThan(0);
  binding.answerLeg(other.id, leg, 10, false);
  binding.answerLeg(0xffff_ffff, leg, 10, false);
  binding.answerLeg(port.id, leg + 1, 10, false);
  expect(port.pending).toBe(1);
  binding.answerLeg(port.id, leg, 10, false);
  binding.answerLeg(port.id, leg, 0, false, octets);
  expect(await answer).toMatchObject({ status: TLS_FAILED });
  binding.close(handle);
});

describe('octets that answer no query fail it', () => {
  const wrong: Record<string, (right: Uint8Array) => Uint8Array> = {
    none: () => new Uint8Array(0),
    'a header in part': (right) => right.subarray(0, 11),
    'more than a message has': (right) => Buffer.concat([right, Buffer.alloc(65_536 - right.length)]),
    'another ID': (right) => Uint8Array.from(right, (octet, at) => (at === 0 ? octet ^ 1 : octet)),
    'another question': (right) => Uint8Array.from(right, (octet, at) => (at === 13 ? octet ^ 1 : octet)),
    'a query': (right) => Uint8Array.from(right, (octet, at) => (at === 2 ? octet & 0x7f : octet)),
    'a record in part': (right) => right.subarray(0, -2),
  };
  it.each(Object.entries(wrong))('%s', async (_name, make) => {
    const { port, handle, ask } = asked();
    const answer = ask();
    const { leg, query } = await port.leg();
    expect(binding.takeLeg(port.id, leg)).toBeGreaterThan(0);
    binding.answerLeg(port.id, leg, 0, false, make(answerTo(query)));
    expect(await answer).toMatchObject({ status: BAD_RESPONSE, addresses: [] });
    binding.close(handle);
  });
});

it('arguments of a wrong type throw', () => {
  const port = new TestPort(binding);
  expect(() => binding.takeLeg(port.id, 'one' as unknown as number)).toThrow('a number is expected');
  expect(() => binding.answerLeg(port.id, 1, 10, 0 as unknown as boolean)).toThrow(
    'true or false is expected',
  );
  expect(() => binding.answerLeg(port.id, 1, 0, false, [1] as unknown as Uint8Array)).toThrow(
    'a Uint8Array is expected',
  );
  for (const outcome of [0, 1, 6, 13, 254]) {
    expect(() => binding.answerLeg(port.id, 1, outcome, false)).toThrow('a leg has no such outcome');
  }
  expect(() => binding.answerLeg(port.id, 1, 8, false, new Uint8Array(12))).toThrow(
    'a leg has no such outcome',
  );
});
