import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { compose, type FakeAnswer } from '../test-support/fake-binding.ts';
import { AddressTexts } from './address-texts.ts';
import { Status } from './binding.ts';
import { type Answer, RecordReader } from './record.ts';

function read(...answers: readonly FakeAnswer[]): Answer[] {
  const records = Buffer.concat(answers.map((answer, ticket) => compose(ticket, answer)));
  const reader = new RecordReader(Uint8Array.from(records));
  const decoded = [];
  for (let offset = 0; offset < records.length; offset += reader.size)
    decoded.push(reader.moveTo(offset).answer());
  return decoded;
}

test.each([
  [[], 0],
  [['192.0.2.1'], 4],
  [['192.0.2.1', '192.0.2.255'], 4],
  [['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '255.255.255.255'], 4],
  [['2001:db8::1', '::ffff:192.0.2.1'], 6],
  [['2001:db8::1', '192.0.2.1', '::', '0.0.0.0'], 0],
] as const)('%s', (addresses, family) => {
  const ranks = addresses.map((_, index) => index);
  const [first, second] = read({ addresses }, { addresses, ranks });
  expect(first).toMatchObject({ ticket: 0, addresses, family, ranks: [], ttls: [], detail: '' });
  expect(second).toMatchObject({ ticket: 1, addresses, family, ranks });
});

test('the addresses alone are those of the answer, and a list of its own', () => {
  const lists = [[], ['192.0.2.1'], ['192.0.2.1', '192.0.2.2', '192.0.2.3'], ['::1'], ['::1', '192.0.2.1']];
  for (const addresses of lists) {
    const ttls = addresses.map(() => 60);
    const ranks = addresses.map((_, index) => index);
    for (const answer of [{ addresses }, { addresses, ttls }, { addresses, ranks, ttls }]) {
      const reader = new RecordReader(Uint8Array.from(compose(7, answer)));
      expect(reader).toMatchObject({ ticket: 7, status: Status.Ok });
      reader.addresses().push('changed');
      expect(reader.addresses()).toEqual(addresses);
      expect(reader.answer().addresses).toEqual(addresses);
    }
  }
});

test('numbers of the header', () => {
  const answer = { status: Status.NoData, flags: 0x8001, expiresInMs: 0xffff_ffff, refreshInMs: 7, slot: 63 };
  expect(read({ ...answer, generation: 0xffff_fffe })).toMatchObject([
    { ...answer, generation: 0xffff_fffe },
  ]);
});

test('seconds that remain follow addresses of either family and any number', () => {
  for (const addresses of [['192.0.2.1'], ['192.0.2.1', '192.0.2.2', '192.0.2.3'], ['::1', '::2']]) {
    const ttls = addresses.map((_, index) => 0x0102_0304 + index);
    expect(read({ addresses, ttls, detail: 'é' })).toMatchObject([{ addresses, ttls, detail: 'é' }]);
  }
});

test('records are copied', () => {
  const bytes = Uint8Array.from(compose(1, { records: Uint8Array.of(1, 2, 3) }));
  const answer = new RecordReader(bytes).answer();
  bytes.fill(0);
  expect(answer.detailOctets).toEqual(Uint8Array.of(1, 2, 3));
  expect(answer.detail).toBe('');
});

test('more addresses than texts are kept of are all right', () => {
  const texts = new AddressTexts();
  const octets = new Uint8Array(16);
  const words = new Uint32Array(octets.buffer);
  const wrong: string[] = [];
  for (let index = 1; index < 40_000; index++) {
    // Each comes twice, at a distance.
    const number = index % 20_000;
    octets.set([10, number >> 8, number & 0xff, 7]);
    const ipv4 = texts.ipv4(octets, words, 0);
    if (ipv4 !== `10.${number >> 8}.${number & 0xff}.7`) wrong.push(ipv4);
    octets.set([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, number >> 8, number & 0xff]);
    const ipv6 = texts.ipv6(octets, words, 0);
    if (ipv6 !== `2001:db8::1:2:3:${number.toString(16)}`) wrong.push(ipv6);
  }
  expect(wrong).toEqual([]);
});
