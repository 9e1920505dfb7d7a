import { expect, it } from 'vitest';
import { nameFraction } from './name-fraction.ts';

it('is the same for every way of writing a name', () => {
  expect(nameFraction('WWW.Example.COM.')).toBe(nameFraction('www.example.com'));
  expect(nameFraction('www.example.com')).not.toBe(nameFraction('www.example.org'));
});

/** Whoever implements it elsewhere checks it against these. */
it('has known values', () => {
  expect(nameFraction('example.com') * 2 ** 32).toBe(4_057_309_619);
  expect(nameFraction('ark.cn-beijing.volces.com') * 2 ** 32).toBe(2_963_797_937);
  expect(nameFraction('.') * 2 ** 32).toBe(1_953_056_956);
});

it('puts 5 % of names into a canary of 5 %', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `host-${index}.example.com`);
  for (const share of [0.05, 0.25, 0.5]) {
    const inside = names.filter((name) => nameFraction(name) < share).length / names.length;
    expect(Math.abs(inside - share)).toBeLessThan(0.01);
  }
});
