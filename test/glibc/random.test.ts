import { describe, expect, it } from 'vitest';
import { dualStack } from './case.ts';
import { Machine, machinesAvailable, type NameScript, type Request, type Zone } from './machine.ts';

// Files that nobody would think of, the same for each seed. What the table lists as deliberate differences (failures,
// refusals, names that RFC 6761 settles) does not occur, and each suffix is there once: the resolver asks no name twice.
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

const hostAddresses = [
  '10.0.0.1',
  '10.0.0.2',
  '127.0.0.1',
  '::1',
  '0:0:0:0:0:0:0:1',
  '2001:db8::1',
  'fe80::1',
  '::ffff:10.0.0.3',
  '::ffff:a00:4',
  '::10.0.0.5',
  '1:2:3:4:5:6:7::',
  '::2:3:4:5:6:7:8',
  '2001:DB8::A',
  // What follows is no address to inet_pton.
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '1::2::3',
  ':::',
  ':1::',
  '12345::',
  '::1%lo',
  'fe80::1%test0',
  '::ffff:10.0.0.03',
  '10.0.0.01',
  '10.0.0',
  '10.1',
  '0x0a000001',
  '167772161',
  '10.0.0.256',
  '10.0.0.1/8',
  '[::1]',
  'db',
];
const words = ['db', 'DB', 'web', 'Web.example', 'web.example', 'cache', 'cache.', 'a-b', '_srv', 'x.y.z'];
const separators = [' ', '\t', '  \t', '\r', '\u{b}', '\u{c}', '#', ' # ', '\0', '\u{a0}', '\u{ff}'];
const labels = ['db', 'web', 'cache', 'mail', 'www', 'a'];
const suffixes = [
  'one.test',
  'two.test',
  '.three.test',
  'four.test.',
  'example',
  'bad..test',
  'x'.repeat(64),
];
const serverLines = ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '017700000001', '127.0.0.1 # local'];
const otherLines = [
  '',
  '#search no.test',
  '; domain no.test',
  ' search no.test',
  'search',
  'domain \t',
  'searchno.test',
  'Search no.test',
  'sortlist 10.0.0.0/255.0.0.0',
  'nameserver 10.0.0.300',
  'nameserver 127.0.0.1\r',
  'nameserver',
  'lookup file bind',
  '\0search no.test',
  'options',
  'options debug inet6',
  'options ndots',
  'options ndots:2\r',
];

/** Mulberry32: small, and good enough to choose test data. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = Math.trunc(mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Choices {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  one<T>(list: readonly T[]): T {
    // The lists above are not empty.
    return list[this.below(list.length)] as T;
  }

  some<T>(atMost: number, make: () => T): T[] {
    return Array.from({ length: this.below(atMost + 1) }, make);
  }

  without<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: count }, () => rest.splice(this.below(rest.length), 1)).flat();
  }

  hostsFile(): string {
    const line = (): string => {
      const indent = this.some(1, () => this.one(separators));
      const names = this.some(4, () => `${this.one(separators)}${this.one(words)}`);
      const text = [...indent, this.one(hostAddresses), ...names].join('');
      // glibc 2.36 repeats the end of an indented line that does not end in a line feed, so no NUL may cut one off.
      return /^\s/.test(text) ? text.replaceAll('\0', ' ') : text;
    };
    return `${Array.from({ length: 40 }, line).join('\n')}\n`;
  }

  resolvConf(): string {
    const list = () => `search ${this.without(suffixes, this.below(4)).join(' ')}`;
    const domain = () => `domain ${this.one(suffixes)} rest.test`;
    const ndots = () => `options ndots:${this.one([0, 1, 2, 3, 5, 15, 16, -3, ' 2', '2x', '+3', ''])}`;
    const makers = [list, list, domain, ndots, () => this.one(otherLines), () => this.one(otherLines)];
    const lines = this.some(8, () => this.one(makers)());
    const server = `nameserver ${this.one(serverLines)}`;
    lines.splice(this.below(lines.length + 1), 0, server, 'options timeout:1 attempts:1');
    return `${lines.join('\n')}\n`;
  }

  name(): string {
    const dotted = [this.one(labels), ...this.some(3, () => this.one(labels))].join('.');
    const cased = this.below(4) === 0 ? dotted.toUpperCase() : dotted;
    return this.below(5) === 0 ? `${cased}.` : cased;
  }

  zone(names: readonly string[]): Zone {
    const bare = names.map((name) => name.toLowerCase().replace(/\.$/, ''));
    const below = ['one.test', 'two.test', 'three.test', 'four.test', 'example'];
    const all = bare.flatMap((name) => [name, ...below.map((suffix) => `${name}.${suffix}`)]);
    const scripts: NameScript[] = [['192.0.2.1'], ['2001:db8::7'], ['192.0.2.2', '2001:db8::8'], 'NODATA'];
    return Object.fromEntries(all.filter(() => this.below(4) === 0).map((name) => [name, this.one(scripts)]));
  }
}

/** Without the order, and without the kind of a denial where a search had several: for both the table has rows. */
function comparable(found: readonly string[] | string): readonly string[] | string {
  if (typeof found !== 'string') return found.toSorted();
  return found === 'NXDOMAIN' || found === 'NODATA' ? 'denied' : found;
}

describe.runIf(machinesAvailable)('files and names drawn at random', () => {
  it.each(seeds)('give what glibc gives (seed %i)', async (seed) => {
    const choices = new Choices(seed);
    const names = Array.from({ length: 30 }, () => choices.name());
    const etc = { hosts: choices.hostsFile(), 'resolv.conf': choices.resolvConf() };
    const servers = { '127.0.0.1': choices.zone(names) };
    await using machine = await Machine.start({ addresses: dualStack, etc, servers });
    const requests = [...names, ...words].flatMap((name): Request[] => [
      { name },
      { name, family: choices.one([4, 6]) },
    ]);
    for (const request of requests) {
      const { found, asked } = await machine.lookup('getaddrinfo', request);
      const answer = await machine.lookup('resolver', request);
      expect(
        { found: comparable(answer.found), asked: answer.asked },
        `${JSON.stringify(request)} with ${JSON.stringify({ etc, servers }, undefined, 1)}`,
      ).toEqual({ found: comparable(found), asked });
    }
  });
});
