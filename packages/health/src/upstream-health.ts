/** Everything known of one upstream. */
import { timing, type TimingRule } from './attempt-timing.ts';
import { HoldDown, LONGEST_HOLD_DOWN_MS } from './hold-down.ts';
import { Liveness } from './liveness.ts';
import { percentile95 } from './percentile.ts';
import type { HealthPolicy } from './policy.ts';
import { ProbeSchedule } from './probe-schedule.ts';
import { meaningOf, type Sample } from './sample.ts';
import { SampleWindow } from './sample-window.ts';
import { score } from './score.ts';
import type { Smoothing } from './smoothing.ts';
import type { Condition, Upstream } from './upstream.ts';

/** Answers since it was last down whose 95th percentile *prepare* looks at. */
const RECENT_ANSWERS = 3;
/** Up to so many samples each changes the timings; then they wait for the next sort. */
const UNSETTLED = 8;
/** Milliseconds for which an upstream looks ill after it last did. */
const ILL_FOR_MS = 60_000;

/** What one sample came to. */
export interface Recorded {
  readonly success: boolean;
  /** Milliseconds; undefined: no answer. */
  readonly roundTripMs: number | undefined;
  readonly atMs: number;
}

/** All times are milliseconds of the monotonic clock and must not run backwards. */
export class UpstreamHealth {
  readonly upstream: Upstream;
  readonly window: SampleWindow = new SampleWindow();
  readonly liveness: Liveness;
  readonly schedule: ProbeSchedule;
  readonly holdDown: HoldDown = new HoldDown();
  /** What the last sort made of it, 0 to 1. */
  score: number;
  attemptTimeoutMs: number;
  hedgeDelayMs: number;
  /** When the probe left whose result is awaited; undefined: none is. */
  probeSentAtMs: number | undefined;

  readonly #policy: HealthPolicy;
  #smoothing: Smoothing;
  #suspect = false;
  #p95Ms: number | undefined;
  #recentAnswers: number[] = [];
  #atMs: number;
  #roseAtMs = -Infinity;
  #illAtMs = -Infinity;

  constructor(upstream: Upstream, policy: HealthPolicy, nowMs: number, random: () => number) {
    this.upstream = upstream;
    this.#policy = policy;
    this.#smoothing = policy.score.smoothing();
    this.liveness = new Liveness(policy.failure);
    this.schedule = new ProbeSchedule(policy.probeIdleMs, nowMs, random);
    this.#atMs = nowMs;
    this.score = this.#score();
    this.attemptTimeoutMs = timing(policy.attemptTimeout, undefined);
    this.hedgeDelayMs = timing(policy.hedgeDelay, undefined);
  }

  get condition(): Condition {
    if (this.liveness.down !== undefined) return 'down';
    return this.#suspect ? 'suspect' : 'up';
  }

  get suspect(): boolean {
    return this.#suspect;
  }

  /** Smoothed round trip in milliseconds; undefined before the first answer. */
  get roundTripMs(): number | undefined {
    return this.#smoothing.valueMs;
  }

  /** 95th percentile of the last answers since it was down, milliseconds. */
  get recentP95Ms(): number | undefined {
    return percentile95(this.#recentAnswers);
  }

  /** Until when it looks ill; Infinity while it is. */
  get illUntilMs(): number {
    return this.condition === 'up' && !this.liveness.doubtful ? this.#illAtMs + ILL_FOR_MS : Infinity;
  }

  /** @returns undefined if the sample says nothing about the upstream */
  record(sample: Sample, nowMs: number): Recorded | undefined {
    const meaning = meaningOf(sample);
    if (meaning === 'nothing') return undefined;
    const atMs = this.#at(sample.atMs, nowMs);
    const roundTripMs = meaning === 'silence' ? undefined : sample.elapsedMs;
    this.liveness.sample(sample, atMs);
    this.schedule.heard(atMs);
    return this.#measured(meaning === 'success', roundTripMs, atMs);
  }

  /** The result of a probe, which is a sample too. */
  probed(healthy: boolean, elapsedMs: number, nowMs: number): Recorded {
    const atMs = this.#at(undefined, nowMs);
    this.liveness.probe(healthy, atMs);
    this.schedule.probed(atMs);
    this.probeSentAtMs = undefined;
    return this.#measured(healthy, healthy ? elapsedMs : undefined, atMs);
  }

  /** @returns whether that changed anything */
  suspected(suspect: boolean, nowMs: number): boolean {
    if (this.#suspect === suspect) return false;
    this.#suspect = suspect;
    this.#illAtMs = nowMs;
    return true;
  }

  /** Judges whether it is up. @returns what it has just become, if it changed */
  advance(nowMs: number): 'up' | 'down' | undefined {
    this.window.forget(nowMs);
    const change = this.liveness.advance(nowMs);
    if (change === 'up') this.#roseAtMs = nowMs;
    if (change === 'down') {
      this.#recentAnswers = [];
      if (nowMs - this.#roseAtMs < LONGEST_HOLD_DOWN_MS) this.holdDown.failed(nowMs);
    }
    if (this.liveness.down !== undefined || this.liveness.doubtful) this.#illAtMs = nowMs;
    return change;
  }

  /** Takes stock of the window: score and timings hold until the next time. */
  sort(nowMs: number): void {
    this.window.forget(nowMs);
    this.score = this.#score();
    this.#retime();
  }

  /** Forgets everything that was measured. */
  clear(nowMs: number): void {
    this.window.clear();
    this.liveness.clear();
    this.holdDown.clear();
    this.#smoothing = this.#policy.score.smoothing();
    this.#suspect = false;
    this.#p95Ms = undefined;
    this.#recentAnswers = [];
    this.#roseAtMs = -Infinity;
    this.#illAtMs = -Infinity;
    this.probeSentAtMs = undefined;
    this.sort(nowMs);
  }

  #measured(success: boolean, roundTripMs: number | undefined, atMs: number): Recorded {
    this.window.add(atMs, success, roundTripMs);
    if (this.window.count <= UNSETTLED) this.#retime();
    if (roundTripMs !== undefined) {
      this.#smoothing.add(roundTripMs, atMs);
      if (success) this.#recentAnswers = [...this.#recentAnswers, roundTripMs].slice(-RECENT_ANSWERS);
    }
    return { success, roundTripMs, atMs };
  }

  /** An upstream that no longer answers keeps its timings: a query that tries it must not wait longer for that. */
  #retime(): void {
    this.#p95Ms = this.window.p95Ms ?? this.#p95Ms;
    const whole = (rule: TimingRule): number => Math.ceil(timing(rule, this.#p95Ms));
    this.attemptTimeoutMs = whole(this.#policy.attemptTimeout);
    this.hedgeDelayMs = whole(this.#policy.hedgeDelay);
  }

  #score(): number {
    const { successRate, latencyTerm } = this.#policy.score;
    return score(successRate(this.window.successes, this.window.count), latencyTerm(this.#smoothing.valueMs));
  }

  /** Samples come in batches, perhaps late; their times never run backwards or ahead. */
  #at(atMs: number | undefined, nowMs: number): number {
    const at = atMs !== undefined && Number.isFinite(atMs) ? atMs : nowMs;
    this.#atMs = Math.max(this.#atMs, Math.min(at, nowMs));
    return this.#atMs;
  }
}
