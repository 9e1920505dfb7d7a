/** How the upstreams are, for people and gauges. */
import type { DownReason } from './failure-detection.ts';
import type { UpstreamHealth } from './upstream-health.ts';
import type { Condition, UpstreamClass } from './upstream.ts';

/** One upstream in a report. */
export interface UpstreamReport {
  readonly id: string;
  readonly class: UpstreamClass;
  readonly condition: Condition;
  /** `degraded`: it is suspect, leaves queries unanswered, or is held down after failing again. */
  readonly state: 'healthy' | 'degraded' | 'down';
  readonly downReason: DownReason | undefined;
  /** At the last sort, 0 to 1. */
  readonly score: number;
  /** Of the last 50 samples of a minute, 0 to 1; undefined without samples. */
  readonly successRate: number | undefined;
  /** Milliseconds, smoothed. */
  readonly roundTripMs: number | undefined;
  /** Milliseconds. */
  readonly p95Ms: number | undefined;
}

/** One upstream as it is now. */
export function reportOf(health: UpstreamHealth, nowMs: number): UpstreamReport {
  const { upstream, condition, liveness, holdDown, window } = health;
  window.forget(nowMs);
  const degraded = condition !== 'up' || liveness.doubtful || nowMs < holdDown.untilMs;
  return {
    id: upstream.id,
    class: upstream.class,
    condition,
    state: condition === 'down' ? 'down' : degraded ? 'degraded' : 'healthy',
    downReason: liveness.down,
    score: health.score,
    successRate: window.successRate,
    roundTripMs: health.roundTripMs,
    p95Ms: window.p95Ms,
  };
}
