import { assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { answers, isQuery, recordsOf, rcodeOf } from './message.ts';
import { queryFor } from './test-support/messages.ts';

/** What a server sends back at least: the query with QR set and an RCODE. */
function replyTo(query: Uint8Array, rcode = 0): Uint8Array {
  const reply = Uint8Array.from(query);
  reply[2] = (reply[2] ?? 0) | 0x80;
  reply[3] = rcode;
  return reply;
}

const query = queryFor('www.example.test');

test('a query is one message with one question', () => {
  expect(isQuery(query)).toBe(true);
  expect(isQuery(query.subarray(0, 11))).toBe(false);
  expect(isQuery(query.subarray(0, 20))).toBe(false);
  expect(isQuery(replyTo(query))).toBe(false);
  const two = Uint8Array.from(query);
  two[5] = 2;
  expect(isQuery(two)).toBe(false);
});

test('an answer repeats the question, in any letter case', () => {
  expect(answers(query, replyTo(query))).toBe(true);
  expect(answers(query, replyTo(queryFor('WWW.eXample.TEST')))).toBe(true);
  expect(answers(query, query)).toBe(false);
  expect(answers(query, replyTo(queryFor('www.example.tess')))).toBe(false);
  expect(answers(query, replyTo(queryFor('example.test')))).toBe(false);
  expect(answers(query, replyTo(queryFor('www.example.test', { type: 'AAAA' })))).toBe(false);
  expect(answers(query, replyTo(query).subarray(0, 12))).toBe(false);
});

test('type and class are not letters', () => {
  const asked = queryFor('x.test', { edns: false });
  const reply = replyTo(asked);
  // 65 is HTTPS, 97 is 65 in lower case.
  asked[asked.length - 3] = 65;
  reply[reply.length - 3] = 97;
  expect(answers(asked, reply)).toBe(false);
});

test('only a server that could not read the query may leave the question out', () => {
  const headerOnly = (rcode: number): Uint8Array => {
    const reply = replyTo(query, rcode).subarray(0, 12);
    reply.fill(0, 4);
    return reply;
  };
  expect(answers(query, headerOnly(1))).toBe(true);
  expect(answers(query, headerOnly(4))).toBe(true);
  expect(answers(query, headerOnly(0))).toBe(false);
  expect(answers(query, headerOnly(2))).toBe(false);
  expect(rcodeOf(headerOnly(4))).toBe(4);
});

test('no octets make it read outside of them or run on', () => {
  assert(
    property(uint8Array({ maxLength: 300 }), (octets) => {
      isQuery(octets);
      answers(query, octets);
      for (const { fields, end } of recordsOf(octets) ?? []) {
        expect(fields).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(octets.length);
      }
    }),
  );
});

test('counts that no message can hold are not believed', () => {
  const lying = new Uint8Array(12).fill(0xff);
  expect(recordsOf(lying)).toBeUndefined();
});
