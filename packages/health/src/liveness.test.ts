import { describe, expect, it } from 'vitest';
import { RESILIENT_FAILURE } from './failure-detection.ts';
import { Liveness } from './liveness.ts';
import type { Outcome } from './sample.ts';

const sample = (outcome: Outcome, name = 'a') => ({ upstream: 'a', outcome, elapsedMs: 10, name });

/** Down because three probes failed, at 2000. */
function down(): Liveness {
  const liveness = new Liveness(RESILIENT_FAILURE);
  for (const now of [0, 1000, 2000]) liveness.probe(false, now);
  liveness.advance(2000);
  return liveness;
}

describe('probes', () => {
  it('take an upstream down after three failures in a row', () => {
    const liveness = new Liveness(RESILIENT_FAILURE);
    for (const [now, healthy] of [false, false, true, false, false].entries()) {
      liveness.probe(healthy, now);
      expect(liveness.advance(now)).toBeUndefined();
    }
    liveness.probe(false, 9);
    expect(liveness.advance(9)).toBe('down');
    expect(liveness.down).toBe('probes');
    expect(liveness.advance(9)).toBeUndefined();
  });

  it('bring it back after two successes in a row', () => {
    const liveness = down();
    for (const [now, healthy] of [
      [10_000, true],
      [20_000, false],
      [30_000, true],
    ] as const) {
      liveness.probe(healthy, now);
      expect(liveness.advance(now)).toBeUndefined();
    }
    liveness.probe(true, 40_000);
    expect(liveness.advance(40_000)).toBe('up');
    expect(liveness.down).toBeUndefined();
  });
});

describe('queries', () => {
  it('bring it back too, but not two answers of one moment', () => {
    const liveness = down();
    for (const now of [5000, 5001, 5999]) {
      liveness.sample(sample('noerror'), now);
      expect(liveness.advance(now)).toBeUndefined();
    }
    liveness.sample(sample('nxdomain'), 6000);
    expect(liveness.advance(6000)).toBe('up');
  });

  it('that fail in between make it begin anew', () => {
    const liveness = down();
    liveness.sample(sample('noerror'), 5000);
    liveness.sample(sample('timeout'), 5500);
    liveness.sample(sample('noerror'), 6000);
    expect(liveness.advance(6000)).toBeUndefined();
  });

  it('of before the recovery are not held against it', () => {
    const liveness = new Liveness(RESILIENT_FAILURE);
    for (let index = 0; index < 20; index++) liveness.sample(sample('servfail', `n${index}`), index);
    expect(liveness.advance(20)).toBe('down');
    liveness.probe(true, 10_000);
    liveness.probe(true, 20_000);
    expect(liveness.advance(20_000)).toBe('up');
    liveness.sample(sample('servfail'), 20_001);
    expect(liveness.advance(20_001)).toBeUndefined();
  });
});

it('is doubtful while something goes unanswered', () => {
  const liveness = new Liveness(RESILIENT_FAILURE);
  expect(liveness.doubtful).toBe(false);
  liveness.sample(sample('timeout'), 0);
  expect(liveness.doubtful).toBe(true);
  liveness.sample(sample('refused'), 1);
  expect(liveness.doubtful).toBe(false);
});
