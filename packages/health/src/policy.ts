/** The two presets: parameters and predicates over one set of state machines. */
import { ADAPTIVE_TIMEOUT, FIXED_TIMEOUT, HEDGE_DELAY, type TimingRule } from './attempt-timing.ts';
import { DOUBAO_V1_FAILURE, type FailureRule, RESILIENT_FAILURE } from './failure-detection.ts';
import { HEDGE_BUDGET, type HedgeBudget } from './hedge-tokens.ts';
import type { ProbeLevel } from './probe-schedule.ts';
import { SORT_EVERY_MS } from './ranking.ts';
import { DOUBAO_V1_SCORE, RESILIENT_SCORE, type ScoreRule } from './score.ts';
import { DOUBAO_V1_SWITCH_BACK, RESILIENT_SWITCH_BACK, type SwitchBackRule } from './switch-back-rule.ts';

const PROBE_IDLE_MS = 10_000;

/**
 * Everything in which the presets differ, and what a program may want to set itself: a policy is a plain object, and
 * `{ ...RESILIENT, leadStaysMs: 30_000 }` another one.
 */
export interface HealthPolicy {
  readonly name: 'doubao-v1' | 'resilient';
  readonly score: ScoreRule;
  /** By how much a score must be higher for a change of order. */
  readonly margin: number;
  /** Share of the queries of which another upstream of the class gets a copy, whose answer is measured and discarded. */
  readonly exploration: number;
  /** Who is asked first among interchangeable primaries: the best at the last sort, or the better of two at random. */
  readonly selection: 'in-order' | 'two-choices';
  /** Milliseconds between a change of lead and the next one that nothing forces. */
  readonly leadStaysMs: number;
  readonly failure: FailureRule;
  readonly attemptTimeout: TimingRule;
  readonly hedgeDelay: TimingRule;
  /** Undefined: no hedging. */
  readonly hedging: HedgeBudget | undefined;
  /** Whether upstreams that fall silent are turned away from at once. */
  readonly suspicion: boolean;
  /** Milliseconds without a query, ± 20 %, after which an upstream is probed. */
  readonly probeIdleMs: number;
  /** Which probe decides about a DoH endpoint; all others are probed with a query. */
  readonly deciding: ProbeLevel;
  readonly switchBack: SwitchBackRule;
}

/** The founding design to the letter: it knows neither hedging nor suspicion, exploration nor margins. */
export const DOUBAO_V1: HealthPolicy = {
  name: 'doubao-v1',
  score: DOUBAO_V1_SCORE,
  margin: 0,
  exploration: 0,
  selection: 'in-order',
  leadStaysMs: SORT_EVERY_MS,
  failure: DOUBAO_V1_FAILURE,
  attemptTimeout: FIXED_TIMEOUT,
  hedgeDelay: HEDGE_DELAY,
  hedging: undefined,
  suspicion: false,
  probeIdleMs: PROBE_IDLE_MS,
  deciding: 'head',
  switchBack: DOUBAO_V1_SWITCH_BACK,
};

/** The default: the same intent, with what measurement showed to be naive repaired. */
export const RESILIENT: HealthPolicy = {
  name: 'resilient',
  score: RESILIENT_SCORE,
  margin: 0.05,
  exploration: 0.02,
  selection: 'two-choices',
  leadStaysMs: 60_000,
  failure: RESILIENT_FAILURE,
  attemptTimeout: ADAPTIVE_TIMEOUT,
  hedgeDelay: HEDGE_DELAY,
  hedging: HEDGE_BUDGET,
  suspicion: true,
  probeIdleMs: PROBE_IDLE_MS,
  deciding: 'query',
  switchBack: RESILIENT_SWITCH_BACK,
};
