import { describe, expect, it } from 'vitest';
import { LastThree, TimeDecayed } from './smoothing.ts';

describe('doubao-v1', () => {
  it('smooths the last three measurements with 0.7 on the newest', () => {
    const smoothing = new LastThree();
    expect(smoothing.valueMs).toBeUndefined();
    smoothing.add(100);
    expect(smoothing.valueMs).toBe(100);
    smoothing.add(50);
    expect(smoothing.valueMs).toBeCloseTo(65, 10);
    smoothing.add(40);
    expect(smoothing.valueMs).toBeCloseTo(47.5, 10);
    smoothing.add(10);
    // 100 is forgotten: 0.7 · 10 + 0.3 · (0.7 · 40 + 0.3 · 50).
    expect(smoothing.valueMs).toBeCloseTo(19.9, 10);
  });
});

describe('resilient', () => {
  it('weighs a measurement 10 s old by 1/e', () => {
    const smoothing = new TimeDecayed();
    smoothing.add(100, 0);
    smoothing.add(10, 10_000);
    const old = Math.exp(-1);
    expect(smoothing.valueMs).toBeCloseTo((100 * old + 10) / (old + 1), 10);
  });

  it('counts measurements of the same moment alike', () => {
    const smoothing = new TimeDecayed();
    for (const value of [10, 20, 60]) smoothing.add(value, 5);
    expect(smoothing.valueMs).toBeCloseTo(30, 10);
  });

  it('begins anew after a year', () => {
    const smoothing = new TimeDecayed();
    expect(smoothing.valueMs).toBeUndefined();
    smoothing.add(500, 0);
    smoothing.add(20, 3.2e10);
    expect(smoothing.valueMs).toBe(20);
  });
});
