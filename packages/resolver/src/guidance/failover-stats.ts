/** What is decided about the upstreams of a namespace, as `stats()` shows it. */
import type {
  DownReason,
  FailoverState,
  HealthEvent,
  HealthState,
  UpstreamReport,
} from '@doubao/resolver-health';

/** How one upstream is, as the thread that decides sees it. */
export interface UpstreamHealthStats {
  /** As in `stats().upstreams`. */
  readonly id: string;
  readonly class: 'primary' | 'fallback';
  /** `degraded`: it is suspect, leaves queries unanswered, or is held down after failing again. */
  readonly state: 'healthy' | 'degraded' | 'down';
  /** Why it is down; null if it is not. */
  readonly downReason: DownReason | null;
  /** At the last sort, 0 to 1. */
  readonly score: number;
  /** Of its last 50 queries within a minute, 0 to 1; null without any. */
  readonly successRate: number | null;
  /** Milliseconds, smoothed; null before the first answer. */
  readonly roundTripMs: number | null;
}

/** A moment's view of a namespace with at least two upstreams, where this thread decides about them. */
export interface FailoverStats {
  /**
   * `primary`: the servers lead. `failed-over`: the fallbacks do. `prepare`, `canary`, `ramp`: a server is on its way
   * back. `full`: it leads again and is watched for ten minutes.
   */
  readonly state: FailoverState;
  /** Id of the upstream that is asked first. */
  readonly lead: string;
  /** Since when the state is what it is, milliseconds since 1970. */
  readonly sinceMs: number;
  /** Counts what was decided and told to all threads. */
  readonly version: number;
  /** Counters, since this thread decides. */
  readonly failovers: number;
  readonly switchbacks: number;
  readonly failedSwitchbacks: number;
  readonly leadChanges: number;
  readonly probes: number;
  /** In the order in which they are asked. */
  readonly upstreams: readonly UpstreamHealthStats[];
}

/** Counts events. */
export class FailoverTally {
  failovers = 0;
  switchbacks = 0;
  failedSwitchbacks = 0;
  leadChanges = 0;
  probes = 0;

  count({ type }: HealthEvent): void {
    if (type === 'failover') this.failovers++;
    else if (type === 'switchback') this.switchbacks++;
    else if (type === 'switch-back-failed') this.failedSwitchbacks++;
    else if (type === 'lead') this.leadChanges++;
  }

  /** @param since milliseconds since 1970 */
  statsOf(state: HealthState, sinceMs: number, version: number): FailoverStats {
    const { failovers, switchbacks, failedSwitchbacks, leadChanges, probes } = this;
    const upstreams = state.report().map((report) => healthOf(report));
    return {
      state: state.state,
      lead: upstreams[0]?.id ?? '',
      sinceMs,
      version,
      failovers,
      switchbacks,
      failedSwitchbacks,
      leadChanges,
      probes,
      upstreams,
    };
  }
}

function healthOf(report: UpstreamReport): UpstreamHealthStats {
  const { id, class: of, state, downReason, score, successRate, roundTripMs } = report;
  return {
    id,
    class: of,
    state,
    downReason: downReason ?? null,
    score,
    successRate: successRate ?? null,
    roundTripMs: roundTripMs ?? null,
  };
}
