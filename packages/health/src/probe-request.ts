/** Which probe is made of an upstream, and when. */
import type { DownReason } from './failure-detection.ts';
import type { HealthPolicy } from './policy.ts';
import type { ProbeVerdict } from './probe-judgement.ts';
import { CONNECT_TIMEOUT_MS, type ProbeLevel } from './probe-schedule.ts';
import type { UpstreamHealth } from './upstream-health.ts';

/** Milliseconds after which a probe whose result never came is given up: far beyond any timeout of a probe. */
const PROBE_LOST_MS = 20_000;

/** A probe that is to be made now. */
export interface ProbeRequest {
  readonly upstream: string;
  /** In this order; the last decides. */
  readonly levels: readonly ProbeLevel[];
  readonly connectTimeoutMs: number;
  /** Why the upstream is down, for whoever judges the answer; undefined: it is not. */
  readonly down: DownReason | undefined;
}

/** What came of a probe. */
export interface ProbeResult {
  readonly upstream: string;
  /** That of the last level. */
  readonly verdict: ProbeVerdict;
  /** Milliseconds of that level's request. */
  readonly elapsedMs: number;
}

/** What probes an upstream is wanted to answer beside its queries. */
export interface ProbeNeed {
  /** It is on its way back to the lead. */
  readonly candidate: boolean;
  /** A switch-back counts its health checks, so that it is probed although it is busy. */
  readonly checked: boolean;
}

/**
 * When an upstream is to be probed, milliseconds of the monotonic clock; Infinity: not while it is as it is.
 *
 * Who runs a name server sees and counts every query. A plain one that is up is left alone, however long it was not asked:
 * a query that fails there goes elsewhere within milliseconds, and tells. An encrypted one takes a connection to be asked,
 * which must not turn out to be impossible at the moment of failover.
 */
export function probeDueAtMs(health: UpstreamHealth, { candidate, checked }: ProbeNeed): number {
  const { upstream, condition, schedule, probeSentAtMs } = health;
  const encrypted = upstream.protocol === 'https' || upstream.protocol === 'tls';
  if (!encrypted && condition !== 'down' && !candidate) return Infinity;
  return probeSentAtMs === undefined ? schedule.dueAtMs(checked) : probeSentAtMs + PROBE_LOST_MS;
}

/** The probe of an upstream, which from now on is awaited. */
export function requestProbe(health: UpstreamHealth, policy: HealthPolicy, nowMs: number): ProbeRequest {
  health.schedule.probed(nowMs);
  health.probeSentAtMs = nowMs;
  return {
    upstream: health.upstream.id,
    levels: levelsOf(health, policy),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    down: health.liveness.down,
  };
}

function levelsOf(
  { upstream, condition, liveness }: UpstreamHealth,
  policy: HealthPolicy,
): readonly ProbeLevel[] {
  if (upstream.protocol !== 'https') return ['query'];
  if (policy.deciding === 'head') return ['head'];
  // HEAD costs a request and tells only where a failure lies.
  return condition === 'down' || liveness.doubtful ? ['head', 'query'] : ['query'];
}
