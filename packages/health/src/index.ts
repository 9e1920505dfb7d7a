/** Which upstream a DNS resolver asks: pure decisions. */
export { type Meaning, meaningOf, type Outcome, type Sample } from './sample.ts';
export { DOUBAO_V1_SCORE, RESILIENT_SCORE, score, type ScoreRule } from './score.ts';
export type { Condition, Protocol, Upstream, UpstreamClass } from './upstream.ts';
