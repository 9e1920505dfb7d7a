/** What a primary must show before it leads again: the two presets' conditions of one state machine. */
import { FASTEST_MS } from './score.ts';

/** What is known of one side of the comparison. */
export interface Standing {
  /** 0 to 1; undefined without samples. */
  readonly successRate: number | undefined;
  /** Milliseconds; undefined without answers. */
  readonly p95Ms: number | undefined;
}

/** Connections to the primary; plain UDP has none. */
export interface Connections {
  readonly active: number;
  /** Active, pending and idle ones. */
  readonly total: number;
  /** Connections being opened, or queries that wait for one. */
  readonly pending: number;
}

/** Conditions; times in milliseconds, shares from 0 to 1. */
export interface SwitchBackRule {
  /** From *prepare* on to the canary. @param probesP95Ms 95th percentile of the last probes */
  isPrepared(probesP95Ms: number, incumbentP95Ms: number | undefined): boolean;
  /** Shares of the names that the primary gets, step by step; the first is the canary. After the last it gets all. */
  readonly shares: readonly number[];
  /** How long the canary lasts at least. */
  readonly canaryMs: number;
  /** How long each further step lasts at least. */
  readonly rampMs: number;
  /** Samples that a step needs at least. */
  readonly samples: number;
  /** Health checks in a row that the canary needs. */
  readonly checksInARow: number;
  /** Whether the primary does as well as the incumbent. */
  isAsGood(candidate: Standing, incumbent: Standing): boolean;
  /** Failures of a step, not being as good, after which the primary is sent back. */
  readonly failures: number;
  /** Whether all queries may follow now. */
  isConnected(connections: Connections | undefined): boolean;
}

/** `doubao-v1`: milliseconds that probes may take; `resilient`: milliseconds more than the incumbent's queries. */
const PREPARED_MS = 50;
/** `doubao-v1`: share of connections that must be active. */
const ACTIVE_SHARE = 0.95;
/** `resilient`: how much lower the success rate may be, */
const SUCCESS_SLACK = 0.02;
/** and how many times longer the 95th percentile. */
const LATENCY_SLACK = 1.5;
/** Differences of rates below this are rounding. */
const ROUNDING = 1e-9;

/**
 * `doubao-v1`: probes within 50 ms; 5 % for 30 s and three health checks in a row; then all, once at least 95 % of the
 * connections are active and none is pending.
 */
export const DOUBAO_V1_SWITCH_BACK: SwitchBackRule = {
  isPrepared: (probesP95Ms) => probesP95Ms <= PREPARED_MS,
  shares: [0.05],
  canaryMs: 30_000,
  rampMs: 30_000,
  samples: 0,
  checksInARow: 3,
  isAsGood: () => true,
  failures: Infinity,
  isConnected: (connections) =>
    connections === undefined ||
    (connections.pending === 0 && connections.active >= ACTIVE_SHARE * connections.total),
};

/**
 * `resilient`: probes within 50 ms of the incumbent's time; 5, 25 and 50 %, each step with at least 20 samples, the first
 * for at least 30 s, the others for at least 10 s, as long as ranking takes to see a change; success within 2 points of
 * the incumbent's and a 95th percentile within 1.5 times. Below 10 ms, where scores see no difference, none is made.
 */
export const RESILIENT_SWITCH_BACK: SwitchBackRule = {
  isPrepared: (probesP95Ms, incumbentP95Ms) => probesP95Ms <= (incumbentP95Ms ?? 0) + PREPARED_MS,
  shares: [0.05, 0.25, 0.5],
  canaryMs: 30_000,
  rampMs: 10_000,
  samples: 20,
  checksInARow: 0,
  isAsGood(candidate, incumbent) {
    const wanted = (incumbent.successRate ?? 1) - SUCCESS_SLACK - ROUNDING;
    if ((candidate.successRate ?? 0) < wanted) return false;
    if (candidate.p95Ms === undefined || incumbent.p95Ms === undefined) return true;
    return candidate.p95Ms <= LATENCY_SLACK * Math.max(incumbent.p95Ms, FASTEST_MS);
  },
  failures: 3,
  isConnected: () => true,
};
