import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../test-support/seeded-random.ts';
import { type BloomFilter, bloomFilter, passes } from './bloom-filter.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

function randomName(random: () => number): string {
  let name = '';
  for (let length = 3 + Math.floor(random() * 20); length > 0; length--) {
    name +=
      name === '' || name.endsWith('.') || length === 1 || random() > 0.1
        ? LETTERS[Math.floor(random() * LETTERS.length)]
        : '.';
  }
  return name;
}

function distinctNames(count: number, random: () => number): string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(randomName(random));
  return [...names];
}

const shareOf = (names: readonly string[], filter: BloomFilter): number =>
  names.filter((name) => passes(filter, name)).length / names.length;

describe.each([1, 2, 3])('with seed %i', (seed) => {
  it.each([
    [1, 0.01],
    [10, 0.01],
    [1000, 0.5],
    [1000, 0.01],
    [1000, 0.000_001],
    [20_000, 0.001],
  ])('%i names at a rate of %f all pass, and others as seldom as asked', (count, rate) => {
    const random = seededRandom(seed);
    const all = distinctNames(count + 10_000, random);
    const [inside, outside] = [all.slice(0, count), all.slice(count)];
    const filter = bloomFilter(inside, { falsePositiveRate: rate });
    expect(shareOf(inside, filter)).toBe(1);
    // Six deviations of a binomial beside the rate, and one that may pass whatever the rate.
    const deviation = Math.sqrt((rate * (1 - rate)) / outside.length);
    expect(shareOf(outside, filter)).toBeLessThanOrEqual(rate * 1.05 + 6 * deviation + 1 / outside.length);
  });

  it('numbered names, which differ in one character, are no worse', () => {
    const inside = Array.from({ length: 5000 }, (_, index) => `host-${seed}-${index}.example.test`);
    const outside = Array.from({ length: 10_000 }, (_, index) => `host-${seed}-${index + 5000}.example.test`);
    const filter = bloomFilter(inside);
    expect(shareOf(inside, filter)).toBe(1);
    expect(shareOf(outside, filter)).toBeLessThan(0.017);
  });
});

it('takes the size that its rate needs', () => {
  const names = distinctNames(1000, seededRandom(7));
  expect(bloomFilter(names)).toMatchObject({ bits: { length: 1199 }, hashes: 7 });
  expect(bloomFilter(names, { falsePositiveRate: 0.001 })).toMatchObject({
    bits: { length: 1798 },
    hashes: 10,
  });
  expect(bloomFilter([])).toMatchObject({ bits: { length: 64 } });
});

it('of no names lets none pass', () => {
  expect(shareOf(distinctNames(1000, seededRandom(1)), bloomFilter([]))).toBe(0);
});

it('takes spellings of one name for one name', () => {
  const filter = bloomFilter(['Bücher.Test.', 'b.test', 'B.TEST']);
  expect(filter).toEqual(bloomFilter(['xn--bcher-kva.test', 'b.test']));
});

it('is the same on every machine', () => {
  const { bits, hashes } = bloomFilter(['ark.cn-beijing.volces.com', 'example.com']);
  const digest = createHash('sha256').update(bits).digest('hex');
  expect([digest.slice(0, 16), hashes]).toEqual(['200e2c75212c0694', 7]);
});

it('can be sent to other threads', () => {
  const filter = bloomFilter(['a.test']);
  expect(passes(structuredClone(filter), 'a.test')).toBe(true);
});

it.each([
  [['a.test'], { falsePositiveRate: 0 }, 'falsePositiveRate'],
  [['a.test'], { falsePositiveRate: 1 }, 'falsePositiveRate'],
  [['a.test'], { falsePositiveRate: Number.NaN }, 'falsePositiveRate'],
  [['a.test', 'b b'], {}, 'names[1]'],
  [['a.test', 5 as never], {}, 'names[1]'],
])('refuses %j with %j', (names, options, path) => {
  expect(() => bloomFilter(names, options)).toThrow(expect.objectContaining({ path }));
});
