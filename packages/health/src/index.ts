/**
 * Which upstream a DNS resolver asks: scores, failure detection, hedging, failover and switch-back.
 *
 * Pure decisions. Samples, probe results, the time and random numbers are arguments; plans, events, requested probes and
 * the next wake-up come back as values. Nothing here opens a socket, reads a clock or sets a timer.
 *
 * {@link HealthState} is the whole of it. The pieces that it is made of, or that whoever sends queries needs beside it,
 * are exported too: {@link orderFor} and {@link hedgeTarget} read a plan, {@link judgeRace} accepts answers,
 * {@link HedgeTokens}, {@link AnsweredShare} and {@link Suspicion} belong where queries are sent, {@link judgeQuery} and its
 * like judge probes.
 */
export { ADAPTIVE_TIMEOUT, FIXED_TIMEOUT, HEDGE_DELAY, timing, type TimingRule } from './attempt-timing.ts';
export { AnsweredShare } from './answered-share.ts';
export type {
  DownEvent,
  FailoverEvent,
  HealthEvent,
  LeadEvent,
  LeadReason,
  SuspicionEvent,
  SwitchBackFailedEvent,
  SwitchBackProgressEvent,
  SwitchbackEvent,
  UpEvent,
} from './event.ts';
export {
  FALLBACK_FRESH_SECONDS,
  fallbackTtlSeconds,
  mayAskFallback,
  type PrimaryStanding,
} from './fallback-class.ts';
export type { FailoverState } from './failover.ts';
export type { DownReason, FailureRule } from './failure-detection.ts';
export type { FailureEvidence } from './failure-evidence.ts';
export { type HealthOptions, HealthState, type Inherited } from './health-state.ts';
export { HEDGE_BUDGET, type HedgeBudget, HedgeTokens } from './hedge-tokens.ts';
export { nameFraction } from './name-fraction.ts';
export { type Asking, explorationTarget, hedgeTarget, orderFor } from './plan-order.ts';
export type { CanaryShare, Plan, PlannedUpstream } from './plan.ts';
export { DOUBAO_V1, type HealthPolicy, RESILIENT } from './policy.ts';
export {
  type HttpAnswer,
  judgeHeadLeniently,
  judgeHeadStrictly,
  judgeOutcome,
  judgeQuery,
  type ProbeVerdict,
  type QueryAnswer,
} from './probe-judgement.ts';
export type { ProbeRequest, ProbeResult } from './probe-request.ts';
export { CONNECT_TIMEOUT_MS, type ProbeLevel } from './probe-schedule.ts';
export { type Entrant, judgeRace, type RaceAnswer, type RaceResult } from './race.ts';
export { chooseOfTwo, type Contender } from './ranking.ts';
export type { UpstreamReport } from './report.ts';
export { MAX_LOOP_LATE_MS, type Meaning, meaningOf, type Outcome, type Sample } from './sample.ts';
export { DOUBAO_V1_SCORE, RESILIENT_SCORE, score, type ScoreRule } from './score.ts';
export type { Smoothing } from './smoothing.ts';
export type { Step } from './step.ts';
export { Suspicion } from './suspicion.ts';
export type { Connections, Standing, SwitchBackRule } from './switch-back-rule.ts';
export type { Condition, Protocol, Upstream, UpstreamClass } from './upstream.ts';
