/** What is decided, for whoever sends queries: the plan stays in force until the next one, however long that takes. */
import type { FailoverState } from './failover.ts';
import type { HedgeBudget } from './hedge-tokens.ts';
import type { HealthPolicy } from './policy.ts';
import type { UpstreamHealth } from './upstream-health.ts';
import type { Condition, Protocol, UpstreamClass } from './upstream.ts';

/** One upstream in a plan. */
export interface PlannedUpstream {
  readonly id: string;
  readonly class: UpstreamClass;
  readonly protocol: Protocol;
  /** Who is not `up` does not lead while another is. */
  readonly condition: Condition;
  /** At the last sort, 0 to 1. */
  readonly score: number;
  /** Milliseconds that an attempt is waited for. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds after which another attempt is made beside it. */
  readonly hedgeDelayMs: number;
}

/** Names whose fraction is below the share go to the candidate first, see `name-fraction.ts`. */
export interface CanaryShare {
  readonly upstream: string;
  /** 0 to 1. */
  readonly share: number;
}

/** A plan. Plans with the same version are equal. */
export interface Plan {
  /** Counts changes, from 1. */
  readonly version: number;
  readonly state: FailoverState;
  /** In the order in which they are asked about names outside the canary; never empty. */
  readonly upstreams: readonly PlannedUpstream[];
  /** Whether the fallback class leads, so that it may be asked without a primary having failed. */
  readonly fallbackLeads: boolean;
  /** The fallback class has just taken over: all of it is asked at once, and the first acceptable answer makes the lead. */
  readonly racing: boolean;
  /** A primary looks ill: connections to the fallback class are opened now. */
  readonly preconnect: boolean;
  readonly canary: CanaryShare | undefined;
  /** The candidate lacks samples: it gets a copy of each query, whose answer is measured and discarded. */
  readonly shadow: string | undefined;
  /** Primaries are an ordered list: an earlier one's answer beats a later one's denial. */
  readonly ordered: boolean;
  /** How the first is chosen among primaries that are up. */
  readonly selection: 'in-order' | 'two-choices';
  /** Share of the queries of which another upstream of the class that is asked gets a copy, 0 to 1. */
  readonly exploration: number;
  /** Undefined: no hedging. */
  readonly hedging: HedgeBudget | undefined;
  /** Whether upstreams that fall silent are turned away from at once. */
  readonly suspicion: boolean;
}

/** What a plan is made from. */
export interface PlanParts extends Pick<
  Plan,
  'state' | 'fallbackLeads' | 'racing' | 'preconnect' | 'canary' | 'shadow' | 'ordered'
> {
  /** In order. */
  readonly upstreams: readonly UpstreamHealth[];
  readonly policy: HealthPolicy;
}

/** The plan that follows, which is the one before if nothing in it changed. */
export function planOf(before: Plan | undefined, parts: PlanParts): Plan {
  const { state, fallbackLeads, racing, preconnect, canary, shadow, ordered, policy } = parts;
  // Most inputs change nothing, and there are thousands a second.
  if (before !== undefined && isSame(parts, before)) return before;
  return {
    version: (before?.version ?? 0) + 1,
    state,
    upstreams: parts.upstreams.map((health) => plannedOf(health)),
    fallbackLeads,
    racing,
    preconnect,
    canary,
    shadow,
    ordered,
    selection: policy.selection,
    exploration: policy.exploration,
    hedging: policy.hedging,
    suspicion: policy.suspicion,
  };
}

function plannedOf(health: UpstreamHealth): PlannedUpstream {
  const { upstream, condition, score, attemptTimeoutMs, hedgeDelayMs } = health;
  const { id, class: of, protocol } = upstream;
  return { id, class: of, protocol, condition, score, attemptTimeoutMs, hedgeDelayMs };
}

/** Whether a plan says what another of the same policy and upstreams would be made from. */
function isSame(parts: PlanParts, plan: Plan): boolean {
  return (
    parts.state === plan.state &&
    parts.fallbackLeads === plan.fallbackLeads &&
    parts.racing === plan.racing &&
    parts.preconnect === plan.preconnect &&
    parts.canary?.upstream === plan.canary?.upstream &&
    parts.canary?.share === plan.canary?.share &&
    parts.shadow === plan.shadow &&
    parts.upstreams.every((health, index) => isPlanned(health, plan.upstreams[index]))
  );
}

function isPlanned(health: UpstreamHealth, planned: PlannedUpstream | undefined): boolean {
  return (
    health.upstream.id === planned?.id &&
    health.condition === planned.condition &&
    health.score === planned.score &&
    health.attemptTimeoutMs === planned.attemptTimeoutMs &&
    health.hedgeDelayMs === planned.hedgeDelayMs
  );
}
