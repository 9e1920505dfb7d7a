import { describe, expect, it } from 'vitest';
import type { Binding } from './binding.ts';
import { loadBinding } from './load.ts';
import { optionsFor, TestPort } from './test-support/port.mjs';

const binding = loadBinding();

/** The compiler sees to it that no name is missing or too many. */
const NAMES: Record<keyof Binding, true> = {
  answerLeg: true,
  attach: true,
  cancel: true,
  close: true,
  detach: true,
  direct: true,
  direction: true,
  exportEntries: true,
  generations: true,
  importEntries: true,
  invalidate: true,
  lookup: true,
  open: true,
  own: true,
  peek: true,
  poke: true,
  popularity: true,
  probe: true,
  query: true,
  stats: true,
  takeLeg: true,
  takeSamples: true,
  touch: true,
  upstreams: true,
  watch: true,
};

it('has the functions that it is declared with', () => {
  expect(Object.keys(binding).toSorted()).toEqual(Object.keys(NAMES));
});

describe('arguments of a wrong type', () => {
  const port = new TestPort(binding);
  const handle = port.open(9);

  it('throw in attach', () => {
    const scratch = new Uint8Array(4096);
    for (const wrong of [new Uint32Array(4096), new ArrayBuffer(4096), 'scratch', undefined] as unknown[]) {
      expect(() => binding.attach(wrong as Uint8Array, () => undefined)).toThrow('a Uint8Array is expected');
    }
    for (const wrong of [{}, undefined] as unknown[]) {
      expect(() => binding.attach(scratch, wrong as () => void)).toThrow('a function is expected');
    }
  });

  it('throw in the calls that every lookup makes', () => {
    expect(() => binding.lookup(handle, undefined as unknown as string, 0, 1, 0)).toThrow(
      'a string is expected',
    );
    expect(() => binding.lookup(handle, 'a.example', '0' as unknown as number, 1, 0)).toThrow(
      'a number is expected',
    );
    expect(() => binding.lookup(handle, 'ä.example', 0, 1, 0)).toThrow('an ASCII name is expected');
    expect(() => binding.lookup(handle, 'a'.repeat(1025), 0, 1, 0)).toThrow('an ASCII name is expected');
    for (const rtype of [0, 65_536]) {
      expect(() => binding.query(handle, 'a.example', rtype, 1, 0, 0)).toThrow(
        'a record type is between 1 and 65535',
      );
    }
    expect(port.pending).toBe(0);
  });

  it('throw in open, with the path', () => {
    const withPort = optionsFor(70_000);
    expect(() => binding.open(port.id, withPort)).toThrow(
      'servers[0].port: a whole number up to 65535 is expected',
    );
    expect(() => binding.open(port.id, optionsFor(9, { servers: [] }))).toThrow(
      'servers: at least one is needed',
    );
    expect(() => binding.open(port.id, '{')).toThrow('a key is expected');
    expect(() => binding.open(port.id + 1, optionsFor(9))).toThrow('This environment has no such port');
  });
});

it('refuses a closed handle, but closes it once more', () => {
  const port = new TestPort(binding);
  const handle = port.open(9);
  binding.close(handle);
  binding.close(handle);
  const calls = [
    () => binding.lookup(handle, 'a.example', 0, 1, 0),
    () => binding.query(handle, 'a.example', 1, 1, 0, 0),
    () => binding.cancel(handle, 1),
    () => binding.touch(handle, 'a.example', 0, 1),
    () => binding.poke(handle),
    () => binding.peek(handle, 'a.example', 0),
    () => binding.invalidate(handle),
    () => binding.stats(handle),
    () => binding.watch(handle, undefined),
    () => binding.own(handle),
    () => binding.exportEntries(handle, 0),
    () => binding.importEntries(handle, 1, '', new Uint8Array(1)),
    () => binding.popularity(handle),
  ];
  for (const call of calls) expect(call).toThrow('The resolver is closed');
});

describe('detach', () => {
  it('closes a port without resolvers, once and for all', () => {
    const port = new TestPort(binding);
    const handle = port.open(9);
    expect(binding.detach(port.id)).toBe(false);
    expect(JSON.parse(binding.stats(handle))).toMatchObject({ waiters: 0 });
    binding.close(handle);
    expect(binding.detach(port.id)).toBe(true);
    expect(binding.detach(port.id)).toBe(true);
    expect(() => port.open(9)).toThrow('no such port');
  });
});
