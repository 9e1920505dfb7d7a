import { describe, expect, it } from 'vitest';
import { RESILIENT_SWITCH_BACK } from './switch-back-rule.ts';

describe('resilient', () => {
  const { isPrepared, isAsGood } = RESILIENT_SWITCH_BACK;
  const standing = (successRate: number | undefined, p95Ms: number | undefined) => ({ successRate, p95Ms });

  it("is prepared within 50 ms of the incumbent's time", () => {
    expect(isPrepared(130, 80)).toBe(true);
    expect(isPrepared(131, 80)).toBe(false);
    expect(isPrepared(51, undefined)).toBe(false);
  });

  it("is as good within 2 points of the incumbent's success", () => {
    expect(isAsGood(standing(0.95, 20), standing(0.97, 20))).toBe(true);
    expect(isAsGood(standing(0.94, 20), standing(0.97, 20))).toBe(false);
    expect(isAsGood(standing(0.97, 20), standing(undefined, undefined))).toBe(false);
    expect(isAsGood(standing(undefined, undefined), standing(1, 20))).toBe(false);
  });

  it("is as good within 1.5 times the incumbent's 95th percentile", () => {
    expect(isAsGood(standing(1, 60), standing(1, 40))).toBe(true);
    expect(isAsGood(standing(1, 61), standing(1, 40))).toBe(false);
  });

  it('makes no difference below 10 ms', () => {
    expect(isAsGood(standing(1, 15), standing(1, 0.5))).toBe(true);
    expect(isAsGood(standing(1, 16), standing(1, 0.5))).toBe(false);
  });
});
