/**
 * A resolver in simulated time: lookups arrive, queries are lost by a seed, and what the package decides is carried out as
 * whoever sends queries does it: attempts, hedges, suspicion, retries within a deadline.
 */
import { AnsweredShare } from '../answered-share.ts';
import type { HealthEvent } from '../event.ts';
import { mayAskFallback } from '../fallback-class.ts';
import { HealthState } from '../health-state.ts';
import { HedgeTokens } from '../hedge-tokens.ts';
import { hedgeTarget, orderFor } from '../plan-order.ts';
import type { PlannedUpstream } from '../plan.ts';
import { type HealthPolicy, RESILIENT } from '../policy.ts';
import type { Sample } from '../sample.ts';
import type { Step } from '../step.ts';
import { Suspicion } from '../suspicion.ts';
import type { Upstream } from '../upstream.ts';
import { EventQueue } from './event-queue.ts';
import { seededRandom } from './seeded-random.ts';

/** Milliseconds a lookup may take. */
const DEADLINE_MS = 5000;
/** Milliseconds between the batches in which samples reach the owner. */
const BATCH_MS = 50;

/** The way to an upstream and back. */
export interface Path {
  readonly upstream: Upstream;
  /** Milliseconds there and back; up to a tenth more at random. */
  readonly roundTripMs: number;
  /** Share of what is lost, each way, at a time in milliseconds. */
  readonly loss: (nowMs: number) => { readonly out: number; readonly back: number };
}

/** What came of it. */
export interface Outcomes {
  readonly lookups: number;
  readonly failed: number;
  /** Milliseconds that lookups took which started in that time, sorted; those that failed took their whole deadline. */
  latencies(fromMs: number, untilMs: number): readonly number[];
  /** Queries sent per upstream. */
  readonly queries: ReadonlyMap<string, number>;
  readonly hedges: number;
  readonly events: readonly HealthEvent[];
  readonly state: HealthState;
}

interface Attempt {
  readonly upstream: PlannedUpstream;
  live: boolean;
}

interface Lookup {
  readonly startMs: number;
  readonly order: readonly PlannedUpstream[];
  readonly name: string;
  readonly attempts: Attempt[];
  readonly failed: Set<string>;
  next: number;
  latencyMs: number | undefined;
}

class Simulation {
  readonly #queue = new EventQueue();
  readonly #random: () => number;
  readonly #paths: ReadonlyMap<string, Path>;
  readonly #suspicions: ReadonlyMap<string, Suspicion>;
  readonly #shares: ReadonlyMap<string, AnsweredShare>;
  readonly #tokens = new HedgeTokens();
  readonly #inflight: Map<string, number> = new Map();
  readonly #open: Set<Lookup> = new Set();
  readonly lookups: Lookup[] = [];
  readonly events: HealthEvent[] = [];
  readonly queries: Map<string, number> = new Map();
  readonly state: HealthState;
  hedges = 0;
  #batch: Sample[] = [];
  #wakeAtMs = Infinity;

  constructor(paths: readonly Path[], policy: HealthPolicy, seed: number) {
    this.#random = seededRandom(seed);
    this.#paths = new Map(paths.map((path) => [path.upstream.id, path]));
    this.#suspicions = new Map(paths.map(({ upstream }) => [upstream.id, new Suspicion(0)]));
    this.#shares = new Map(paths.map(({ upstream }) => [upstream.id, new AnsweredShare()]));
    const upstreams = paths.map(({ upstream }) => upstream);
    this.state = new HealthState({ upstreams, ordered: true, policy, random: this.#random, nowMs: 0 });
  }

  run(untilMs: number, everyMs: number): void {
    const arrive = (): void => {
      this.#start();
      this.#queue.after(everyMs, arrive);
    };
    const deliver = (): void => {
      const samples = this.#batch;
      this.#batch = [];
      if (samples.length > 0) this.#take(this.state.record(samples, this.#queue.nowMs));
      this.#queue.after(BATCH_MS, deliver);
    };
    this.#queue.at(0, arrive);
    this.#queue.at(BATCH_MS, deliver);
    this.#queue.runUntil(untilMs);
  }

  #take(step: Step): void {
    this.events.push(...step.events);
    for (const { upstream } of step.probes) this.#probe(upstream);
    if (step.wakeAtMs === Infinity || step.wakeAtMs === this.#wakeAtMs) return;
    this.#wakeAtMs = step.wakeAtMs;
    this.#queue.at(step.wakeAtMs, () => {
      if (this.#queue.nowMs === this.#wakeAtMs) this.#take(this.state.advance(this.#queue.nowMs));
    });
  }

  #probe(upstream: string): void {
    const roundTripMs = this.#travel(upstream);
    const elapsedMs = roundTripMs ?? 3000;
    this.#queue.after(elapsedMs, () => {
      const verdict = roundTripMs === undefined ? 'unreachable' : 'healthy';
      this.#take(this.state.probed({ upstream, verdict, elapsedMs }, this.#queue.nowMs));
    });
  }

  /** Milliseconds until the answer; undefined if it is lost. */
  #travel(id: string): number | undefined {
    const path = this.#paths.get(id) as Path;
    const { out, back } = path.loss(this.#queue.nowMs);
    const lost = this.#random() < out || this.#random() < back;
    const roundTripMs = path.roundTripMs * (1 + 0.1 * this.#random());
    return lost ? undefined : roundTripMs;
  }

  #start(): void {
    const now = this.#queue.nowMs;
    const name = `host-${this.lookups.length}.example.com`;
    const order = orderFor(this.state.plan, { name }, this.#random);
    // One query per hedge delay tries whether a suspect answers again.
    const trial = order.find(({ id, hedgeDelayMs }) => {
      const suspicion = this.#suspicion(id);
      return suspicion.suspect && suspicion.mayLead(now, hedgeDelayMs);
    });
    const lookup: Lookup = {
      startMs: now,
      order: trial === undefined ? order : [trial, ...order.filter((upstream) => upstream !== trial)],
      name,
      attempts: [],
      failed: new Set(),
      next: 0,
      latencyMs: undefined,
    };
    this.lookups.push(lookup);
    this.#open.add(lookup);
    this.#queue.after(DEADLINE_MS, () => this.#open.delete(lookup));
    const raced = this.state.plan.racing ? lookup.order.filter(({ class: of }) => of === 'fallback') : [];
    for (const upstream of raced) this.#send(lookup, upstream);
    if (raced.length === 0) this.#ask(lookup);
  }

  /** The next that may be asked, or the first again. */
  #ask(lookup: Lookup): void {
    const { plan } = this.state;
    const primaries = lookup.order.filter(({ class: of }) => of === 'primary');
    const standing = primaries.map(({ id, condition }) => ({
      condition: this.#suspicion(id).suspect ? ('suspect' as const) : condition,
      failedThisQuery: lookup.failed.has(id),
    }));
    const allowed = plan.fallbackLeads || mayAskFallback(standing) ? lookup.order : primaries;
    const upstream = allowed[lookup.next++ % allowed.length];
    if (upstream !== undefined) this.#send(lookup, upstream);
  }

  #send(lookup: Lookup, upstream: PlannedUpstream): void {
    const { id, attemptTimeoutMs, hedgeDelayMs } = upstream;
    const now = this.#queue.nowMs;
    const attempt: Attempt = { upstream, live: true };
    const isFirst = lookup.attempts.push(attempt) === 1;
    this.queries.set(id, (this.queries.get(id) ?? 0) + 1);
    if (this.#count(id, 1) === 1) this.#suspicion(id).beginsWaiting(now);
    if (isFirst) {
      const target = hedgeTarget(lookup.order, upstream, new Set([id]));
      this.#tokens.queried(this.#share(target.id).share);
      this.#queue.after(hedgeDelayMs, () => this.#overdue(lookup, attempt));
    }
    const roundTripMs = this.#travel(id);
    if (roundTripMs !== undefined)
      this.#queue.after(roundTripMs, () => this.#answered(lookup, attempt, roundTripMs));
    this.#queue.after(attemptTimeoutMs, () => this.#timedOut(lookup, attempt, attemptTimeoutMs));
  }

  #answered(lookup: Lookup, attempt: Attempt, elapsedMs: number): void {
    const { id } = attempt.upstream;
    this.#suspicion(id).heard(this.#queue.nowMs);
    if (attempt.live) {
      this.#share(id).ended(true);
      this.#batch.push({
        upstream: id,
        outcome: 'noerror',
        elapsedMs,
        name: lookup.name,
        atMs: this.#queue.nowMs,
      });
    }
    this.#end(attempt);
    if (this.#open.delete(lookup)) lookup.latencyMs = this.#queue.nowMs - lookup.startMs;
  }

  #timedOut(lookup: Lookup, attempt: Attempt, elapsedMs: number): void {
    if (!attempt.live) return;
    this.#end(attempt);
    const { id } = attempt.upstream;
    this.#share(id).ended(false);
    this.#batch.push({
      upstream: id,
      outcome: 'timeout',
      elapsedMs,
      name: lookup.name,
      atMs: this.#queue.nowMs,
    });
    lookup.failed.add(id);
    if (this.#open.has(lookup) && !lookup.attempts.some(({ live }) => live)) this.#ask(lookup);
  }

  /** The first attempt has waited for the hedge delay. */
  #overdue(lookup: Lookup, attempt: Attempt): void {
    if (!this.#open.has(lookup) || !attempt.live) return;
    const { upstream } = attempt;
    const { plan } = this.state;
    if (plan.suspicion && this.#suspicion(upstream.id).overdue(this.#queue.nowMs, upstream.hedgeDelayMs)) {
      this.#take(this.state.suspected(upstream.id, true, this.#queue.nowMs));
      this.#turnAway(upstream.id);
    }
    if (plan.hedging === undefined || lookup.attempts.filter(({ live }) => live).length !== 1) return;
    if (this.#suspicion(upstream.id).suspect && this.#hasOther(lookup, upstream.id)) {
      this.#ask(lookup);
      return;
    }
    const target = hedgeTarget(
      lookup.order,
      upstream,
      new Set(lookup.attempts.map((one) => one.upstream.id)),
    );
    if (!this.#tokens.take()) return;
    this.hedges++;
    if (target !== upstream) lookup.next++;
    this.#send(lookup, target);
  }

  #end(attempt: Attempt): void {
    if (attempt.live) this.#count(attempt.upstream.id, -1);
    attempt.live = false;
  }

  /** Queries to an upstream that are open, after one more or less. */
  #count(id: string, by: number): number {
    const count = (this.#inflight.get(id) ?? 0) + by;
    this.#inflight.set(id, count);
    return count;
  }

  #hasOther(lookup: Lookup, id: string): boolean {
    return lookup.order.some((upstream) => upstream.id !== id);
  }

  /** The open queries of an upstream that fell silent go to the next one at once. */
  #turnAway(id: string): void {
    for (const lookup of this.#open) {
      const live = lookup.attempts.filter((attempt) => attempt.live);
      const onlyThere = live.length > 0 && live.every(({ upstream }) => upstream.id === id);
      if (onlyThere && this.#hasOther(lookup, id)) this.#ask(lookup);
    }
  }

  #suspicion(id: string): Suspicion {
    return this.#suspicions.get(id) as Suspicion;
  }

  #share(id: string): AnsweredShare {
    return this.#shares.get(id) as AnsweredShare;
  }
}

/** Simulates lookups of distinct names, one each so many milliseconds. */
export function simulate(options: {
  readonly paths: readonly Path[];
  readonly untilMs: number;
  readonly everyMs: number;
  readonly seed: number;
  readonly policy?: HealthPolicy;
}): Outcomes {
  const { paths, untilMs, everyMs, seed, policy = RESILIENT } = options;
  const simulation = new Simulation(paths, policy, seed);
  simulation.run(untilMs, everyMs);
  const ended = simulation.lookups.filter(({ startMs }) => startMs + DEADLINE_MS <= untilMs);
  return {
    lookups: simulation.lookups.length,
    failed: ended.filter(({ latencyMs }) => latencyMs === undefined).length,
    latencies: (from, until) =>
      ended
        .filter(({ startMs }) => startMs >= from && startMs < until)
        .map(({ latencyMs }) => latencyMs ?? DEADLINE_MS)
        .toSorted((a, b) => a - b),
    queries: simulation.queries,
    hedges: simulation.hedges,
    events: simulation.events,
    state: simulation.state,
  };
}
