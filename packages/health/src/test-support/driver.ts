/** Drives a health state through time as an adapter would: follows its wake-ups and makes its probes. */
import type { HealthEvent } from '../event.ts';
import { type HealthOptions, HealthState } from '../health-state.ts';
import type { Plan } from '../plan.ts';
import type { ProbeVerdict } from '../probe-judgement.ts';
import type { ProbeRequest } from '../probe-request.ts';
import type { Outcome, Sample } from '../sample.ts';
import type { Step } from '../step.ts';
import type { Upstream } from '../upstream.ts';
import { seededRandom } from './seeded-random.ts';

export const primary = (id: string): Upstream => ({ id, class: 'primary', protocol: 'udp' });
export const fallback = (id: string): Upstream => ({ id, class: 'fallback', protocol: 'https' });

/** What becomes of a probe: its verdict and milliseconds, or undefined if its result never comes. */
export type Probing = (
  request: ProbeRequest,
  nowMs: number,
) => { verdict: ProbeVerdict; elapsedMs: number } | undefined;

export class Driver {
  readonly state: HealthState;
  readonly events: HealthEvent[] = [];
  readonly probes: { upstream: string; atMs: number; levels: ProbeRequest['levels'] }[] = [];
  probing: Probing = () => ({ verdict: 'healthy', elapsedMs: 20 });
  now = 0;
  wakes = 0;
  #wakeAtMs: number;
  #names = 0;

  constructor(upstreams: readonly Upstream[], options: Partial<HealthOptions> = {}) {
    this.state = new HealthState({ upstreams, ordered: true, random: seededRandom(1), nowMs: 0, ...options });
    this.#wakeAtMs = this.#take(this.state.advance(0)).wakeAtMs;
  }

  get plan(): Plan {
    return this.state.plan;
  }

  get lead(): string {
    return this.plan.upstreams[0]?.id ?? 'none';
  }

  /** Kinds of the events so far; the log begins anew. */
  takeEvents(...of: HealthEvent['type'][]): string[] {
    const taken = this.events.splice(0);
    return taken.map(({ type }) => type).filter((type) => of.length === 0 || of.includes(type));
  }

  /** A query ended now; each has another name unless one is given. */
  sample(upstream: string, outcome: Outcome, elapsedMs = 20, more: Partial<Sample> = {}): Step {
    const name = `name-${this.#names++}`;
    return this.#take(this.state.record([{ upstream, outcome, elapsedMs, name, ...more }], this.now));
  }

  /** So many queries end, one each so many milliseconds. */
  samples(count: number, everyMs: number, upstream: string, outcome: Outcome, elapsedMs = 20): void {
    for (let number = 0; number < count; number++) {
      this.pass(everyMs);
      this.sample(upstream, outcome, elapsedMs);
    }
  }

  suspected(upstream: string, suspect: boolean): Step {
    return this.#take(this.state.suspected(upstream, suspect, this.now));
  }

  /** Time passes, and what becomes due is done. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.#wakeAtMs <= until) {
      this.now = this.#wakeAtMs;
      this.wakes++;
      this.#take(this.state.advance(this.now));
    }
    this.now = until;
    this.#take(this.state.advance(this.now));
  }

  #take(step: Step): Step {
    this.events.push(...step.events);
    this.#wakeAtMs = step.wakeAtMs;
    for (const request of step.probes) {
      const { upstream, levels } = request;
      this.probes.push({ upstream, atMs: this.now, levels });
      const result = this.probing(request, this.now);
      if (result !== undefined) this.#take(this.state.probed({ upstream, ...result }, this.now));
    }
    return step;
  }
}
