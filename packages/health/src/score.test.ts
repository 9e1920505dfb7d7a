import { expect, it, test } from 'vitest';
import { rank } from './ranking.ts';
import { DOUBAO_V1_SCORE, RESILIENT_SCORE, score } from './score.ts';

/** The founding design's example: round trip in milliseconds, success rate, and what its formula gives. */
const EXAMPLE = [
  { id: 'first', roundTripMs: 42, successRate: 0.992, printed: 0.975 },
  { id: 'second', roundTripMs: 38, successRate: 0.961, printed: 0.956 },
  { id: 'third', roundTripMs: 67, successRate: 0.985, printed: 0.955 },
];

const scored = (roundTripMs: number, successRate: number): number =>
  score(successRate, DOUBAO_V1_SCORE.latencyTerm(roundTripMs));

test.each(EXAMPLE)(
  'doubao-v1: $roundTripMs ms at $successRate scores $printed',
  ({ roundTripMs, successRate, printed }) => {
    expect(scored(roundTripMs, successRate)).toBeCloseTo(printed, 3);
  },
);

it('orders the example by its scores', () => {
  const scores = new Map(EXAMPLE.map((one) => [one.id, scored(one.roundTripMs, one.successRate)]));
  const order = rank(['third', 'second', 'first'], (id) => scores.get(id) ?? 0, 0);
  expect(order).toEqual(['first', 'second', 'third']);
});

it('doubao-v1: the latency term is clamped at 10 and 500 ms', () => {
  expect([0, 10, 255, 500, 60_000].map((ms) => DOUBAO_V1_SCORE.latencyTerm(ms))).toEqual([1, 1, 0.5, 0, 0]);
});

it('resilient: the latency term falls by the logarithm from 10 ms to 1 s', () => {
  expect([0, 10, 100, 1000, 60_000].map((ms) => RESILIENT_SCORE.latencyTerm(ms))).toEqual([1, 1, 0.5, 0, 0]);
});

it('resilient: success is (s + 9) / (n + 10)', () => {
  expect(RESILIENT_SCORE.successRate(0, 0)).toBe(0.9);
  expect(RESILIENT_SCORE.successRate(0, 1)).toBe(9 / 11);
  expect(RESILIENT_SCORE.successRate(50, 50)).toBe(59 / 60);
});

it('gives an upstream without samples a number', () => {
  expect(DOUBAO_V1_SCORE.successRate(0, 0)).toBe(1);
  for (const rule of [DOUBAO_V1_SCORE, RESILIENT_SCORE]) expect(rule.latencyTerm(undefined)).toBe(0);
});
