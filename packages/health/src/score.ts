/** How good an upstream is, in one number from 0 to 1. */
import { LastThree, type Smoothing, TimeDecayed } from './smoothing.ts';

/** Success counts for more than speed (founding design, both presets). */
const SUCCESS_WEIGHT = 0.7;
const LATENCY_WEIGHT = 0.3;
/** `doubao-v1`: from this round trip on the latency term is 0. */
const SLOWEST_MS = 500;
/** Up to this round trip the latency term is 1, in both presets. */
export const FASTEST_MS = 10;
/** `resilient`: successes and samples that an upstream starts with, so that a single failure is not a rate of 0. */
const PRIOR = { successes: 9, samples: 10 } as const;
/** `resilient`: the latency term falls from 1 to 0 over this factor, from 10 ms to 1 s. */
const LATENCY_RANGE = 100;

/** The two terms of a score and what smooths round trips for it. */
export interface ScoreRule {
  /** Success rate, 0 to 1, of so many successes among so many samples, which may be none. */
  successRate(successes: number, samples: number): number;
  /** 0 to 1; undefined: never answered, so nothing speaks for its speed. */
  latencyTerm(roundTripMs: number | undefined): number;
  smoothing(): Smoothing;
}

/** 0.7 · success rate + 0.3 · latency term. */
export function score(successRate: number, latencyTerm: number): number {
  return SUCCESS_WEIGHT * successRate + LATENCY_WEIGHT * latencyTerm;
}

/** `doubao-v1`: the plain rate, 1 without samples, and clamp((500 − rtt) / 490, 0, 1). */
export const DOUBAO_V1_SCORE: ScoreRule = {
  successRate: (successes, samples) => (samples === 0 ? 1 : successes / samples),
  latencyTerm: (roundTripMs) =>
    roundTripMs === undefined ? 0 : unit((SLOWEST_MS - roundTripMs) / (SLOWEST_MS - FASTEST_MS)),
  smoothing: () => new LastThree(),
};

/** `resilient`: (s + 9) / (n + 10), and 1 − clamp(ln(rtt / 10) / ln(100), 0, 1). */
export const RESILIENT_SCORE: ScoreRule = {
  successRate: (successes, samples) => (successes + PRIOR.successes) / (samples + PRIOR.samples),
  latencyTerm: (roundTripMs) =>
    roundTripMs === undefined ? 0 : 1 - unit(Math.log(roundTripMs / FASTEST_MS) / Math.log(LATENCY_RANGE)),
  smoothing: () => new TimeDecayed(),
};

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
