import { array, assert, property, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import { padded } from './padding.ts';
import { parsed, queryFor } from './test-support/messages.ts';

const label = stringMatching(/^[a-z0-9]{1,50}$/);
const hostname = array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));

test('queries with EDNS have a multiple of 128 octets, and ask for the same', () => {
  assert(
    property(hostname, (name) => {
      const query = queryFor(name);
      const before = Uint8Array.from(query);
      const message = padded(query);
      expect(message.length % 128).toBe(0);
      expect(message.length - query.length).toBeLessThan(128 + 4);
      const { questions, additionals } = parsed(message);
      expect(questions).toEqual(parsed(query).questions);
      expect(additionals).toHaveLength(1);
      expect(additionals?.[0]).toMatchObject({ type: 'OPT', options: [{ code: 12 }] });
      expect(query).toEqual(before);
    }),
  );
});

test('padding is zero (RFC 7830)', () => {
  const query = queryFor('www.test');
  expect(
    padded(query)
      .subarray(query.length + 4)
      .every((octet) => octet === 0),
  ).toBe(true);
});

test('other options stay', () => {
  const query = queryFor('www.test');
  const cookie = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
  const withCookie = new Uint8Array([...query, ...cookie]);
  withCookie[query.length - 1] = cookie.length;
  const message = padded(withCookie);
  expect(message).toHaveLength(128);
  expect(message.subarray(query.length, query.length + cookie.length)).toEqual(Uint8Array.from(cookie));
  expect(parsed(message).additionals?.[0]).toMatchObject({ options: [{ code: 10 }, { code: 12 }] });
});

test.each([
  ['without EDNS', queryFor('www.test', { edns: false })],
  ['padded already', padded(queryFor('www.test'))],
  ['cut off', queryFor('www.test').subarray(0, 20)],
])('a query that is %s is copied', (_, query) => {
  const message = padded(query);
  expect(message).toEqual(Uint8Array.from(query));
  expect(message.buffer).not.toBe(query.buffer);
});

test('a query that would not fit any more with padding stays as it is', () => {
  const query = queryFor('www.test');
  const option = new Uint8Array(65_535 - query.length);
  option.set([0xff, 0xf0, (option.length - 4) >> 8, (option.length - 4) & 0xff]);
  const large = new Uint8Array([...query, ...option]);
  large.set([option.length >> 8, option.length & 0xff], query.length - 2);
  expect(padded(large)).toHaveLength(65_535);
});
