import { array, assert, nat, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { framed, FrameReader } from './frame-reader.ts';

const message = uint8Array({ minLength: 12, maxLength: 600 });

test('messages come out as they went in, however the stream is cut', () => {
  assert(
    property(array(message, { maxLength: 8 }), array(nat({ max: 700 })), (messages, cuts) => {
      const stream = Buffer.concat(messages.map(framed));
      const reader = new FrameReader();
      const read: Buffer[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        read.push(...(reader.push(stream.subarray(at, at + cut)) ?? []));
        at += cut;
      }
      expect(read.map((octets) => [...octets])).toEqual(messages.map((octets) => [...octets]));
    }),
  );
});

test('octet by octet', () => {
  const reader = new FrameReader();
  const frame = framed(new Uint8Array(12).fill(7));
  const read = [...frame].flatMap((octet) => reader.push(Buffer.of(octet)) ?? []);
  expect(read).toEqual([Buffer.alloc(12, 7)]);
});

test('the largest message', () => {
  const [read] = new FrameReader().push(framed(new Uint8Array(65_535).fill(1))) ?? [];
  expect(read).toHaveLength(65_535);
});

test.each([0, 1, 11])('a length of %i ends the stream', (length) => {
  const reader = new FrameReader();
  expect(reader.push(Buffer.of(0))).toEqual([]);
  expect(reader.push(Buffer.of(length))).toBeUndefined();
});
