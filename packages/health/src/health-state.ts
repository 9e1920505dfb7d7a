/** The health of all upstreams of one namespace: samples, probe results and time go in, plans and events come out. */
import type { HealthEvent, LeadReason } from './event.ts';
import { Failover, type FailoverState, type FailoverView, type Transition } from './failover.ts';
import { Leadership, type LeadView } from './leadership.ts';
import { type Plan, planOf, type PlanParts } from './plan.ts';
import { type HealthPolicy, RESILIENT } from './policy.ts';
import { probeDueAtMs, type ProbeRequest, type ProbeResult, requestProbe } from './probe-request.ts';
import { SORT_EVERY_MS } from './ranking.ts';
import { reportOf, type UpstreamReport } from './report.ts';
import type { Sample } from './sample.ts';
import type { Step } from './step.ts';
import type { Connections } from './switch-back-rule.ts';
import { UpstreamHealth } from './upstream-health.ts';
import type { Upstream, UpstreamClass } from './upstream.ts';

/** Milliseconds without a query after which nothing is probed any more: a resolver at rest wakes nobody. */
const REST_AFTER_MS = 60_000;
/** Milliseconds; a longer measurement says no more. */
const LONGEST_MS = 60_000;

/** What a {@link HealthState} is made from. */
export interface HealthOptions {
  /** In configured order, with distinct ids, at least one of them a primary. */
  readonly upstreams: readonly Upstream[];
  /**
   * Whether primaries are an ordered list, as the system's servers are, which often do not know the same names. False: a
   * pool, which ranking, two choices and exploration apply to. Fallbacks are a pool in any case.
   */
  readonly ordered: boolean;
  /** Default: {@link RESILIENT} */
  readonly policy?: HealthPolicy | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Now, milliseconds of a monotonic clock. */
  readonly nowMs: number;
  /** Default: nothing is held against anybody, and the first primary leads. */
  readonly inherited?: Inherited | undefined;
}

/**
 * What somebody else decided whose plan is still in force, so that who takes over does not undo a failover for want of
 * evidence. It is proved wrong like a decision of one's own: by answers and probes.
 */
export interface Inherited {
  /** Ids of upstreams. */
  readonly down: readonly string[];
  readonly fallbackLeads: boolean;
  /** Id of the upstream that is asked first. */
  readonly lead: string;
}

/**
 * Decides; does nothing. Each method takes the present time, which may stand still or jump ahead; if it runs backwards,
 * it stands still.
 */
export class HealthState {
  readonly #policy: HealthPolicy;
  readonly #ordered: boolean;
  readonly #upstreams: ReadonlyMap<string, UpstreamHealth>;
  readonly #leadership: Leadership;
  readonly #failover: Failover;
  #nowMs: number;
  #sortedAtMs: number;
  #unsorted = false;
  #askedAtMs = -Infinity;
  #connections: Connections | undefined;
  #plan: Plan;
  #events: HealthEvent[] = [];

  /** @throws RangeError without a primary, or if two have the same id */
  constructor(options: HealthOptions) {
    const { upstreams, policy = RESILIENT, ordered, random, nowMs, inherited } = options;
    if (!upstreams.some(({ class: of }) => of === 'primary')) throw new RangeError('There is no primary');
    this.#policy = policy;
    this.#ordered = ordered;
    this.#nowMs = nowMs;
    this.#sortedAtMs = nowMs;
    this.#upstreams = new Map(
      upstreams.map((upstream) => [upstream.id, new UpstreamHealth(upstream, policy, nowMs, random)]),
    );
    if (this.#upstreams.size < upstreams.length) throw new RangeError('Two upstreams have the same id');
    const idsOf = (wanted: UpstreamClass): string[] =>
      upstreams.filter(({ class: of }) => of === wanted).map(({ id }) => id);
    this.#leadership = new Leadership(idsOf('primary'), idsOf('fallback'), policy.leadStaysMs);
    this.#failover = new Failover(policy.switchBack);
    if (inherited !== undefined) this.#inherit(inherited);
    this.#plan = planOf(undefined, this.#parts());
  }

  /** The plan in force. */
  get plan(): Plan {
    return this.#plan;
  }

  get state(): FailoverState {
    return this.#failover.state;
  }

  /** Queries ended; in the order in which they did. Samples of upstreams that are not known are ignored. */
  record(samples: readonly Sample[], nowMs: number): Step {
    const now = this.#tick(nowMs);
    let fastest: Sample | undefined;
    for (const given of samples) {
      const sample = { ...given, elapsedMs: saneMs(given.elapsedMs) };
      const health = this.#upstreams.get(sample.upstream);
      const recorded = health?.record(sample, now);
      if (health !== undefined && recorded !== undefined) {
        this.#askedAtMs = now;
        this.#unsorted = true;
        if (recorded.roundTripMs !== undefined) this.#suspect(health, false);
        this.#failover.sample(sample.upstream, recorded.success, recorded.roundTripMs, recorded.atMs);
        const wins = health.upstream.class === 'fallback' && sample.outcome === 'noerror';
        if (wins && sample.elapsedMs < (fastest?.elapsedMs ?? Infinity)) fastest = sample;
      }
    }
    if (fastest !== undefined && this.#leadership.isRacing(now)) this.#leadership.won(fastest.upstream);
    return this.#settle();
  }

  /** A probe ended. */
  probed(result: ProbeResult, nowMs: number): Step {
    const now = this.#tick(nowMs);
    const health = this.#upstreams.get(result.upstream);
    if (health !== undefined && result.verdict === 'alive') {
      // That the transport lives decides nothing.
      health.probeSentAtMs = undefined;
    } else if (health !== undefined) {
      const healthy = result.verdict === 'healthy';
      const { atMs } = health.probed(healthy, saneMs(result.elapsedMs), now);
      this.#unsorted = true;
      if (healthy) this.#suspect(health, false);
      this.#failover.check(result.upstream, healthy, saneMs(result.elapsedMs), atMs);
    }
    return this.#settle();
  }

  /** Where queries are sent, an upstream became suspect, or was cleared. Its answers clear it too. */
  suspected(upstream: string, suspect: boolean, nowMs: number): Step {
    this.#tick(nowMs);
    const health = this.#upstreams.get(upstream);
    if (health !== undefined) this.#suspect(health, suspect);
    return this.#settle();
  }

  /** How the connections to the primaries stand; plain UDP has none and never reports. */
  connected(connections: Connections, nowMs: number): Step {
    this.#tick(nowMs);
    this.#connections = connections;
    return this.#settle();
  }

  /** Time has passed. */
  advance(nowMs: number): Step {
    this.#tick(nowMs);
    return this.#settle();
  }

  /** An interface changed, or the machine was resumed: what was measured holds no longer. */
  networkChanged(nowMs: number): Step {
    const now = this.#tick(nowMs);
    for (const health of this.#upstreams.values()) health.clear(now);
    this.#failover.clear();
    this.#leadership.clear();
    return this.#settle('network');
  }

  report(): readonly UpstreamReport[] {
    return this.#plan.upstreams.map(({ id }) => reportOf(this.#of(id), this.#nowMs));
  }

  #inherit({ down, fallbackLeads, lead }: Inherited): void {
    for (const id of down) this.#upstreams.get(id)?.liveness.inherit();
    if (fallbackLeads && this.#leadership.fallbacks.ids.length > 0) this.#failover.inherit();
    if (this.#upstreams.has(lead)) this.#leadership.inherit(lead, this.#leadView(), this.#nowMs);
  }

  get #resting(): boolean {
    return this.#nowMs - this.#askedAtMs >= REST_AFTER_MS;
  }

  #tick(nowMs: number): number {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
    return this.#nowMs;
  }

  #of(id: string): UpstreamHealth {
    return this.#upstreams.get(id) as UpstreamHealth;
  }

  #isDown(id: string): boolean {
    return this.#of(id).condition === 'down';
  }

  #suspect(health: UpstreamHealth, suspect: boolean): void {
    if (!this.#policy.suspicion || !health.suspected(suspect, this.#nowMs)) return;
    const upstream = health.upstream.id;
    this.#events.push({ type: suspect ? 'suspect' : 'cleared', upstream, atMs: this.#nowMs });
  }

  /** Everything that follows from the present state. */
  #settle(because?: LeadReason): Step {
    const now = this.#nowMs;
    for (const health of this.#upstreams.values()) {
      const change = health.advance(now);
      const upstream = health.upstream.id;
      if (change === 'up') this.#events.push({ type: 'up', upstream, atMs: now });
      const reason = health.liveness.down;
      if (change === 'down' && reason !== undefined) {
        this.#events.push({ type: 'down', upstream, reason, atMs: now });
      }
    }
    if (this.#unsorted && now >= this.#sortedAtMs + SORT_EVERY_MS) this.#sort();
    this.#leadership.arrange(this.#leadView(), now);
    const transitions = this.#failover.advance(this.#view(), now);
    for (const transition of transitions) this.#follow(transition);
    if (transitions.length > 0) this.#leadership.arrange(this.#leadView(), now);
    const reason = because ?? (transitions.at(-1)?.to === 'full' ? 'switch-back' : 'ranking');
    const taken = this.#leadership.take(this.#leadView(), reason, now);
    if (taken !== undefined) this.#events.push(taken);

    const probes = this.#dueProbes();
    const before = this.#plan;
    this.#plan = planOf(before, this.#parts());
    const events = this.#events;
    this.#events = [];
    return { plan: this.#plan, changed: this.#plan !== before, events, probes, wakeAtMs: this.#wakeAtMs() };
  }

  #sort(): void {
    for (const health of this.#upstreams.values()) health.sort(this.#nowMs);
    const scoreOf = (id: string): number => this.#of(id).score;
    const { primaries, fallbacks } = this.#leadership;
    if (!this.#ordered) primaries.sort(scoreOf, this.#policy.margin);
    fallbacks.sort(scoreOf, this.#policy.margin);
    this.#sortedAtMs = this.#nowMs;
    this.#unsorted = false;
  }

  #leadView(): LeadView {
    const { fallbackLeads, candidate } = this.#failover;
    return {
      isDown: (id) => this.#isDown(id),
      isHeldDown: (id) => this.#nowMs < this.#of(id).holdDown.untilMs,
      fallbackLeads,
      candidate,
    };
  }

  #view(): FailoverView {
    const { primaries, fallbacks, lead, freeAtMs } = this.#leadership;
    return {
      primariesDown: primaries.ids.every((id) => this.#isDown(id)),
      fallbackUsable: fallbacks.ids.some((id) => !this.#isDown(id)),
      candidate: primaries.ids.find((id) => !this.#isDown(id)),
      probesP95Ms: (id) => this.#of(id).recentP95Ms,
      isDown: (id) => this.#isDown(id),
      incumbent: () => this.#of(lead).window,
      connections: this.#connections,
      leadFreeAtMs: freeAtMs,
    };
  }

  /** The events of a transition, and the race that a failover begins. */
  #follow({ to, candidate, share, failed }: Transition): void {
    const atMs = this.#nowMs;
    const { lead, fallbacks } = this.#leadership;
    if (failed && candidate !== undefined) {
      const { heldDownUntilMs } = this.#failover;
      this.#events.push({ type: 'switch-back-failed', upstream: candidate, heldDownUntilMs, atMs });
    } else if (to === 'failed-over' && candidate === undefined) {
      this.#leadership.race(atMs);
      this.#events.push({ type: 'failover', from: lead, to: fallbacks.lead ?? lead, atMs });
    } else if (to === 'full' && candidate !== undefined) {
      this.#events.push({ type: 'switchback', upstream: candidate, from: lead, hotReset: true, atMs });
    } else if (candidate !== undefined && (to === 'prepare' || to === 'canary' || to === 'ramp')) {
      this.#events.push({ type: to, upstream: candidate, share, atMs });
    }
  }

  #dueProbes(): readonly ProbeRequest[] {
    if (this.#resting) return [];
    const due = [...this.#upstreams.values()].filter((health) => this.#probeDueAtMs(health) <= this.#nowMs);
    return due.map((health) => requestProbe(health, this.#policy, this.#nowMs));
  }

  #probeDueAtMs(health: UpstreamHealth): number {
    const candidate = health.upstream.id === this.#failover.candidate;
    return probeDueAtMs(health, {
      candidate,
      checked: candidate && this.#policy.switchBack.checksInARow > 0,
    });
  }

  #wakeAtMs(): number {
    const now = this.#nowMs;
    const wakes = [this.#failover.dueAtMs(this.#view(), now), this.#leadership.dueAtMs(now)];
    if (this.#unsorted) wakes.push(this.#sortedAtMs + SORT_EVERY_MS);
    for (const health of this.#upstreams.values()) {
      wakes.push(health.liveness.dueAtMs(now), health.holdDown.untilMs, health.illUntilMs);
      if (!this.#resting) wakes.push(this.#probeDueAtMs(health));
    }
    return Math.min(...wakes.filter((atMs) => atMs > now), Infinity);
  }

  #parts(): PlanParts {
    const now = this.#nowMs;
    const [failover, leadership] = [this.#failover, this.#leadership];
    const { fallbackLeads, candidate, share } = failover;
    const looksIll = leadership.primaries.ids.some((id) => now < this.#of(id).illUntilMs);
    return {
      state: failover.state,
      upstreams: leadership.ids(fallbackLeads).map((id) => this.#of(id)),
      fallbackLeads,
      racing: leadership.isRacing(now),
      preconnect: looksIll && leadership.fallbacks.ids.length > 0,
      canary: candidate !== undefined && share > 0 ? { upstream: candidate, share } : undefined,
      shadow: failover.needsShadow(now) ? candidate : undefined,
      ordered: this.#ordered,
      policy: this.#policy,
    };
  }
}

/** Clocks are not to be trusted with arithmetic. */
function saneMs(elapsedMs: number): number {
  return elapsedMs > 0 ? Math.min(elapsedMs, LONGEST_MS) : 0;
}
