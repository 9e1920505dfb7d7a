/** From the primary class to the fallback class and, step by step, back. */
import { Canary } from './canary.ts';
import { HoldDown, LONGEST_HOLD_DOWN_MS } from './hold-down.ts';
import type { Connections, Standing, SwitchBackRule } from './switch-back-rule.ts';

/**
 * `primary`: it leads. `failed-over`: the fallback class leads. `prepare`: a primary answers its probes again. `canary`,
 * `ramp`: it gets a share of the names. `full`: it leads again and is still watched for ten minutes.
 */
export type FailoverState = 'primary' | 'failed-over' | 'prepare' | 'canary' | 'ramp' | 'full';

/** What the machine is told each time it is asked. */
export interface FailoverView {
  readonly primariesDown: boolean;
  /** A fallback is there that is not down. */
  readonly fallbackUsable: boolean;
  /** The first primary that is not down. */
  readonly candidate: string | undefined;
  /** Of a primary's last probes, milliseconds; undefined without any. */
  probesP95Ms(primary: string): number | undefined;
  isDown(upstream: string): boolean;
  /** Of the upstream that leads. */
  incumbent(): Standing;
  readonly connections: Connections | undefined;
  /** From when on the lead may change without need, milliseconds of the monotonic clock. */
  readonly leadFreeAtMs: number;
}

/** A change of state. */
export interface Transition {
  readonly from: FailoverState;
  readonly to: FailoverState;
  /** The primary concerned; undefined on the way to the fallback class. */
  readonly candidate: string | undefined;
  /** Share of the names that the candidate gets from now on, 0 to 1. */
  readonly share: number;
  /** The switch-back was given up because of what the primary did. */
  readonly failed: boolean;
}

/** How often *full* may be asked for in vain before the pause stops doubling. */
const MOST_DOUBLINGS = 5;

/** All times are milliseconds of the monotonic clock. */
export class Failover {
  readonly #rule: SwitchBackRule;
  readonly #holdDown = new HoldDown();
  #state: FailoverState = 'primary';
  #candidate: string | undefined;
  #canary: Canary | undefined;
  #step = 0;
  #fullAtMs = 0;
  /** The pool of connections was not ready: when to look again, and how often it was not. */
  #retryAtMs = -Infinity;
  #retries = 0;

  constructor(rule: SwitchBackRule) {
    this.#rule = rule;
  }

  get state(): FailoverState {
    return this.#state;
  }

  get fallbackLeads(): boolean {
    return this.#state !== 'primary' && this.#state !== 'full';
  }

  /** The primary that is on its way back; undefined while none is. */
  get candidate(): string | undefined {
    return this.fallbackLeads ? this.#candidate : undefined;
  }

  /** Share of the names that go to the candidate, 0 to 1. */
  get share(): number {
    return this.#canary?.share ?? 0;
  }

  /** When the last switch-back that failed may be tried again. */
  get heldDownUntilMs(): number {
    return this.#holdDown.untilMs;
  }

  /** Whether the candidate must be given copies of other names' queries. */
  needsShadow(nowMs: number): boolean {
    return this.#canary !== undefined && nowMs >= this.#canary.shadowFromMs;
  }

  /** A query to the candidate ended. @param roundTripMs undefined: no answer */
  sample(upstream: string, success: boolean, roundTripMs: number | undefined, atMs: number): void {
    if (upstream === this.#candidate) this.#canary?.sample(success, roundTripMs, atMs);
  }

  /** A probe of the candidate ended. */
  check(upstream: string, healthy: boolean, roundTripMs: number, atMs: number): void {
    if (upstream === this.#candidate) this.#canary?.check(healthy, roundTripMs, atMs);
  }

  /** Moves on as far as it goes. */
  advance(view: FailoverView, nowMs: number): readonly Transition[] {
    const transitions: Transition[] = [];
    for (let next = this.#next(view, nowMs); next !== undefined; next = this.#next(view, nowMs)) {
      transitions.push(this.#enter(next.to, next.failed === true, view, nowMs));
    }
    return transitions;
  }

  /** When time alone moves it on. */
  dueAtMs(view: FailoverView, nowMs: number): number {
    const canary = this.#canary;
    const later = (atMs: number): number => (atMs > nowMs ? atMs : Infinity);
    switch (this.#state) {
      case 'failed-over':
        return later(this.#holdDown.untilMs);
      case 'full':
        return later(this.#fullAtMs + LONGEST_HOLD_DOWN_MS);
      case 'canary':
      case 'ramp':
        return Math.min(
          later(canary?.endMs ?? Infinity),
          later(canary?.shadowFromMs ?? Infinity),
          later(this.#retryAtMs),
          later(view.leadFreeAtMs),
        );
      default:
        return Infinity;
    }
  }

  /** Somebody else failed over; how far a switch-back had come is not known. */
  inherit(): void {
    this.#state = 'failed-over';
  }

  /** Back to the beginning: the way to all upstreams is another one now. */
  clear(): void {
    this.#state = 'primary';
    this.#candidate = undefined;
    this.#canary = undefined;
    this.#holdDown.clear();
  }

  #next(view: FailoverView, nowMs: number): { to: FailoverState; failed?: boolean } | undefined {
    if (!this.fallbackLeads) {
      if (view.primariesDown && view.fallbackUsable) return { to: 'failed-over' };
      const settled = this.#state === 'full' && nowMs - this.#fullAtMs >= LONGEST_HOLD_DOWN_MS;
      return settled ? { to: 'primary' } : undefined;
    }
    // Whoever is on probation is better than nobody.
    if (!view.fallbackUsable && view.candidate !== undefined) return { to: 'full' };
    const candidate = this.#candidate;
    if (this.#state === 'failed-over' || candidate === undefined) {
      return view.candidate !== undefined && nowMs >= this.#holdDown.untilMs ? { to: 'prepare' } : undefined;
    }
    if (this.#state === 'prepare') {
      if (view.isDown(candidate)) return { to: 'failed-over' };
      const p95Ms = view.probesP95Ms(candidate);
      const prepared = p95Ms !== undefined && this.#rule.isPrepared(p95Ms, view.incumbent().p95Ms);
      return prepared ? { to: 'canary' } : undefined;
    }
    if (view.isDown(candidate) || this.#canary?.isFailed(view.incumbent()) === true) {
      return { to: 'failed-over', failed: true };
    }
    return this.#onward(view, nowMs);
  }

  /** The next step of the ramp, once this one is passed. */
  #onward(view: FailoverView, nowMs: number): { to: FailoverState } | undefined {
    if (this.#canary?.isPassed(view.incumbent(), nowMs) !== true) return undefined;
    if (this.#step + 1 < this.#rule.shares.length) return { to: 'ramp' };
    if (nowMs < view.leadFreeAtMs || nowMs < this.#retryAtMs) return undefined;
    if (this.#rule.isConnected(view.connections)) return { to: 'full' };
    // Not yet: the pool gets longer each time.
    this.#retryAtMs = nowMs + this.#rule.canaryMs * 2 ** Math.min(this.#retries, MOST_DOUBLINGS);
    this.#retries++;
    return this.#state === 'ramp' ? undefined : { to: 'ramp' };
  }

  #enter(to: FailoverState, failed: boolean, view: FailoverView, nowMs: number): Transition {
    const from = this.#state;
    const gone = this.#candidate === undefined || view.isDown(this.#candidate);
    if (to === 'prepare' || (to === 'full' && gone)) this.#candidate = view.candidate;
    const candidate = this.#candidate;
    this.#state = to;
    switch (to) {
      case 'canary':
        this.#step = 0;
        this.#retries = 0;
        this.#retryAtMs = -Infinity;
        this.#canary = new Canary(this.#rule, 0, nowMs);
        break;
      case 'ramp':
        if (this.#step + 1 < this.#rule.shares.length) {
          this.#step++;
          this.#canary = new Canary(this.#rule, this.#step, nowMs);
        }
        break;
      case 'failed-over':
        // Who fails while it is still watched has to wait; a first failure after a long good time has not.
        if (failed || from === 'full') this.#holdDown.failed(nowMs);
        this.#canary = undefined;
        this.#candidate = undefined;
        break;
      case 'full':
        this.#fullAtMs = nowMs;
        this.#canary = undefined;
        this.#candidate = undefined;
        break;
      case 'primary':
        this.#holdDown.clear();
        break;
      default:
        this.#canary = undefined;
    }
    return { from, to, candidate, share: this.share, failed };
  }
}
