import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/seeded-random.ts';
import { crc32 } from './crc32.ts';
import { composeSnapshot, parseSnapshot, type Snapshot } from './format.ts';

const header = { namespace: '0123456789abcdef', savedAtMs: 1_700_000_000_123.5 };
const compose = (blocks: readonly Uint8Array[]): Buffer =>
  Buffer.concat([...composeSnapshot(header, blocks)]);
const plain = (parsed: Snapshot | string): unknown =>
  typeof parsed === 'string'
    ? parsed
    : { ...parsed, blocks: parsed.blocks.map((block) => Buffer.from(block).toString('hex')) };

it.each([
  ['no rows', [], []],
  ['some', ['ab', '00'], ['ab', '00']],
  ['empty blocks', ['', 'cd', ''], ['cd']],
])('what was written with %s is read', (_, written, read) => {
  const file = compose(written.map((hex) => Buffer.from(hex, 'hex')));
  expect(plain(parseSnapshot(file))).toEqual({ ...header, blocks: read });
});

it('is laid out as documented', () => {
  const file = compose([Buffer.from('abcd', 'hex')]);
  expect(file.toString('latin1', 0, 8)).toBe('DOUBAORS');
  expect(file.subarray(8, 12).toString('hex')).toBe('01001000');
  expect(file.readDoubleLE(12)).toBe(1_700_000_000_123.5);
  expect(file.toString('latin1', 20, 36)).toBe('0123456789abcdef');
  expect(file.subarray(36, 46).toString('hex')).toBe('02000000abcd00000000');
  expect(file.readUInt32LE(46)).toBe(zlibCrc32(file.subarray(0, 46)));
  expect(file).toHaveLength(50);
});

it('takes a block only when the one before has been taken', () => {
  const asked: number[] = [];
  const blocks = (function* () {
    for (let block = 0; block < 3; block++) {
      asked.push(block);
      yield Buffer.from([block]);
    }
  })();
  const pieces = composeSnapshot(header, blocks);
  pieces.next();
  expect(asked).toEqual([]);
  pieces.next();
  expect(asked).toEqual([0]);
});

describe('a file', () => {
  const file = compose([Buffer.alloc(100, 1), Buffer.alloc(50, 2)]);

  it('cut short anywhere is damaged', () => {
    for (let length = 0; length < file.length; length++) {
      expect(typeof parseSnapshot(file.subarray(0, length))).toBe('string');
    }
  });

  it('with any octet changed is damaged', () => {
    for (let at = 0; at < file.length; at++) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] as number) ^ 0x41;
      expect(typeof parseSnapshot(changed)).toBe('string');
    }
  });

  it('with something after it is damaged', () => {
    expect(parseSnapshot(Buffer.concat([file, Buffer.from([0])]))).toBe('its checksum is wrong');
  });

  it('of another version says so', () => {
    const other = Buffer.from(file);
    other.writeUInt16LE(2, 8);
    expect(parseSnapshot(other)).toBe('its format is version 2, not 1');
  });

  it.each([
    ['a block that is too long', 36, 'a block is longer than it'],
    ['a namespace that is too long', 10, 'it is cut short'],
  ])('whose checksum is right, with %s, is damaged', (_, at, reason) => {
    const changed = Buffer.from(file);
    changed.writeUInt16LE(0xffff, at);
    changed.writeUInt32LE(zlibCrc32(changed.subarray(0, -4)), changed.length - 4);
    expect(parseSnapshot(changed)).toBe(reason);
  });

  it('whose checksum is right and whose blocks end early is damaged', () => {
    const body = Buffer.concat([file.subarray(0, -4), Buffer.from([9])]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32LE(zlibCrc32(body));
    expect(parseSnapshot(Buffer.concat([body, checksum]))).toBe('there is more after its end');
  });

  it('of noise is damaged, whatever the noise', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 500; round++) {
      const noise = Buffer.from(
        Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256)),
      );
      expect(typeof parseSnapshot(noise)).toBe('string');
    }
  });
});

it('the checksum is that of zlib', () => {
  const random = seededRandom(6);
  for (let round = 0; round < 200; round++) {
    const octets = Buffer.from(
      Array.from({ length: Math.floor(random() * 100) }, () => Math.floor(random() * 256)),
    );
    const half = Math.floor(octets.length / 2);
    expect(crc32(octets)).toBe(zlibCrc32(octets));
    expect(crc32(octets.subarray(half), crc32(octets.subarray(0, half)))).toBe(zlibCrc32(octets));
  }
});
