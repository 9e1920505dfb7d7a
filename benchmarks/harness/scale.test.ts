import { describe, expect, it } from 'vitest';
import { linearScale, logarithmicScale, pointTicks } from './scale.ts';

describe('linear', () => {
  it('begins at zero and ends at a round step above the values', () => {
    const { ticks, at } = linearScale([30, 87], 0, 100);
    expect(ticks).toEqual([0, 20, 40, 60, 80, 100]);
    expect(at(50)).toBe(50);
  });

  it('has ticks without the error of sums of fractions', () => {
    expect(linearScale([0.7], 0, 1).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  });

  it('may run downwards, as heights do', () => {
    const { at } = linearScale([100], 300, 100);
    expect([at(0), at(100)]).toEqual([300, 100]);
  });
});

describe('logarithmic', () => {
  it('has powers of ten around values that are far apart', () => {
    const { ticks, at } = logarithmicScale([20, 3_000_000], 0, 60);
    expect(ticks).toEqual([10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]);
    expect(at(1000)).toBeCloseTo(20);
  });

  it('has finer steps, and no more than are needed, around values that are close', () => {
    expect(logarithmicScale([126, 950], 0, 1).ticks).toEqual([100, 200, 500, 1000]);
  });

  it('survives a single value', () => {
    const { ticks, at } = logarithmicScale([100], 0, 1);
    expect(ticks).toEqual([100]);
    expect(at(100)).toBe(0);
  });
});

describe('at points', () => {
  it('spans the values, with a tick at each', () => {
    const { ticks, at } = pointTicks('linear', [3, 1, 2, 2, 4], 0, 300);
    expect(ticks).toEqual([1, 2, 3, 4]);
    expect([at(1), at(4)]).toEqual([0, 300]);
  });

  it('leaves out labels that would run into each other', () => {
    expect(pointTicks('logarithmic', [1000, 1100, 10_000], 0, 100).ticks).toEqual([1000, 10_000]);
  });
});
