/** What has happened, as values: who calls decides where they go. */
import type { DownReason } from './failure-detection.ts';

interface At {
  /** Milliseconds of the monotonic clock. */
  readonly atMs: number;
}

interface Of extends At {
  /** The upstream's id. */
  readonly upstream: string;
}

/** An upstream failed. */
export interface DownEvent extends Of {
  readonly type: 'down';
  readonly reason: DownReason;
}

/** An upstream answers again. */
export interface UpEvent extends Of {
  readonly type: 'up';
}

/** An upstream fell silent, or spoke again before it was down. */
export interface SuspicionEvent extends Of {
  readonly type: 'suspect' | 'cleared';
}

/**
 * Why the lead changed: who led is `down`; the `race` of the fallback class is decided; `ranking` prefers another of the
 * class; a `switch-back` is complete; the `network` is another one. Only `ranking` and `switch-back` are free decisions,
 * and those are kept apart by {@link HealthPolicy.leadStaysMs}.
 */
export type LeadReason = 'down' | 'race' | 'ranking' | 'switch-back' | 'network';

/** Another upstream is asked first. */
export interface LeadEvent extends At {
  readonly type: 'lead';
  readonly from: string;
  readonly to: string;
  readonly reason: LeadReason;
}

/** The fallback class leads now. */
export interface FailoverEvent extends At {
  readonly type: 'failover';
  /** The primary and the fallback that lead before and after. */
  readonly from: string;
  readonly to: string;
}

/** A primary is on its way back. */
export interface SwitchBackProgressEvent extends Of {
  readonly type: 'prepare' | 'canary' | 'ramp';
  /** Share of the names that it gets from now on, 0 to 1. */
  readonly share: number;
}

/** A switch-back was given up; the fallback class leads on. */
export interface SwitchBackFailedEvent extends Of {
  readonly type: 'switch-back-failed';
  /** When it may be tried again, milliseconds of the monotonic clock. */
  readonly heldDownUntilMs: number;
}

/** A primary leads again. The HTTP layer should close pooled connections to addresses that are no longer in the answer. */
export interface SwitchbackEvent extends Of {
  readonly type: 'switchback';
  /** The fallback that led. */
  readonly from: string;
  readonly hotReset: true;
}

export type HealthEvent =
  | DownEvent
  | UpEvent
  | SuspicionEvent
  | LeadEvent
  | FailoverEvent
  | SwitchBackProgressEvent
  | SwitchBackFailedEvent
  | SwitchbackEvent;
