import { describe, expect, it } from 'vitest';
import { chooseOfTwo, rank } from './ranking.ts';
import { seededRandom } from './test-support/seeded-random.ts';

const by =
  (scores: Readonly<Record<string, number>>) =>
  (id: string): number =>
    scores[id] ?? 0;

describe('ranking', () => {
  it('without a margin sorts, and leaves equals as they are', () => {
    expect(rank(['a', 'b', 'c', 'd'], by({ a: 0.5, b: 0.9, c: 0.5, d: 0.6 }), 0)).toEqual([
      'b',
      'd',
      'a',
      'c',
    ]);
  });

  it('changes the order only for 0.05', () => {
    expect(rank(['a', 'b'], by({ a: 0.9, b: 0.94 }), 0.05)).toEqual(['a', 'b']);
    expect(rank(['a', 'b'], by({ a: 0.9, b: 0.96 }), 0.05)).toEqual(['b', 'a']);
  });

  it('compares with who leads, not only with the neighbour', () => {
    expect(rank(['a', 'b', 'c'], by({ a: 0.9, b: 0.94, c: 0.96 }), 0.05)).toEqual(['c', 'a', 'b']);
  });

  it('ranks nothing and one', () => {
    expect(rank([], by({}), 0.05)).toEqual([]);
    expect(rank(['a'], by({}), 0.05)).toEqual(['a']);
  });
});

describe('the power of two choices', () => {
  const contender = (id: string, score: number, inflight: number) => ({ id, score, inflight });

  it('takes the better of two by score / (inflight + 1)', () => {
    const busy = contender('busy', 0.9, 9);
    const idle = contender('idle', 0.5, 0);
    for (const seed of [1, 2, 3]) expect(chooseOfTwo([busy, idle], seededRandom(seed))).toBe(idle);
    const alike = contender('alike', 0.9, 0);
    for (const seed of [1, 2, 3]) expect(chooseOfTwo([alike, idle], seededRandom(seed))).toBe(alike);
  });

  it('draws every pair, and so never the worst of three', () => {
    const random = seededRandom(9);
    const contenders = [contender('a', 0.9, 0), contender('b', 0.8, 0), contender('c', 0.1, 0)];
    const counts: Record<string, number> = {};
    for (let round = 0; round < 3000; round++) {
      const id = chooseOfTwo(contenders, random)?.id ?? 'none';
      counts[id] = (counts[id] ?? 0) + 1;
    }
    // `a` wins two of the three pairs.
    expect(counts['a']).toBeGreaterThan(1900);
    expect(counts['b']).toBeGreaterThan(900);
    expect(Object.keys(counts)).toHaveLength(2);
  });

  it('spreads equals evenly', () => {
    const random = seededRandom(4);
    const inflight = [0, 0, 0, 0];
    for (let round = 0; round < 4000; round++) {
      const chosen = chooseOfTwo(
        inflight.map((open, index) => contender(String(index), 0.9, open)),
        random,
      );
      const index = Number(chosen?.id);
      inflight[index] = (inflight[index] ?? 0) + 1;
    }
    for (const open of inflight) expect(Math.abs(open - 1000)).toBeLessThan(10);
  });

  it('has one or none to choose from', () => {
    expect(chooseOfTwo([], () => 0)).toBeUndefined();
    const only = contender('a', 0, 0);
    expect(chooseOfTwo([only], () => 0.999)).toBe(only);
  });
});
