/**
 * Decides for one namespace whom its questions go to: what came of them goes into a health state, and its plan goes back to
 * the addon, which carries it out in all threads.
 */
import type {
  Connections,
  FailoverState,
  HealthEvent,
  HealthState,
  Outcome,
  ProbeRequest,
  ProbeResult,
  Sample,
  Step,
} from '@doubao/resolver-health';
import type { EngineOptions } from '../configuration/options.ts';
import type { Binding, NativePopularName, NativeUpstreams } from '../native/binding.ts';
import type { Clock, Timer } from '../runtime/captured.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import { contentOf, type DirectionContent, inheritedFrom } from './direction.ts';
import { type EncryptedUpstreams, type LevelResult, probeEncrypted } from './encrypted-probes.ts';
import type { Announce } from './events.ts';
import { type FailoverStats, FailoverTally } from './failover-stats.ts';
import type { Health } from './health.ts';
import { announceHealth } from './health-events.ts';
import { policyOf } from './policy.ts';
import { busyDomains, probeName } from './probe-name.ts';
import { readSampleRows, type SampleRow } from './sample-rows.ts';

/** What a guide works on; tests put others in their place. */
export interface GuideHost {
  readonly binding: Pick<
    Binding,
    'upstreams' | 'takeSamples' | 'direct' | 'direction' | 'probe' | 'popularity'
  >;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  readonly announce: Announce;
  readonly health: Health;
}

/** The options that are about upstreams and how they are judged. */
export type GuideSettings = Pick<EngineOptions, 'preset' | 'health' | 'native'>;

/** A resolver of the guide's namespace, by which the addon is asked and told. */
export interface GuidedResolver {
  readonly handle: number;
  readonly settings: GuideSettings;
  /** Undefined: it knows no such servers. */
  readonly encrypted: EncryptedUpstreams | undefined;
}

/** Milliseconds for which the domains are probed with that were busy then. */
const DOMAINS_LAST_MS = 60_000;

/** A later timer would run at once: until the next one, it is looked at again. */
const MAX_DELAY_MS = 0x7fff_ffff;

export class Guide {
  readonly #host: GuideHost;
  /** JSON of the upstreams. */
  readonly #numbering: string;
  readonly #upstreams: NativeUpstreams;
  readonly #state: HealthState;
  readonly #tally = new FailoverTally();
  #resolver: GuidedResolver;
  #closed = false;
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;
  #wakeAtMs = Infinity;
  #since: { readonly state: FailoverState; readonly timeMs: number };
  #version: number;
  /** JSON of the direction in force, without version. */
  #direction: string | undefined;
  #preconnected = false;
  /** Probes that the addon makes, by id of the upstream. */
  readonly #probing: Map<string, ProbeRequest> = new Map();
  #domains: readonly string[] = [];
  #domainsAtMs = -Infinity;
  /** What is told, and probed, once the direction is: that has no time to lose. */
  readonly #announcements: (() => void)[] = [];
  readonly #probes: ProbeRequest[] = [];

  /** @param numbering JSON of {@link NativeUpstreams}: at least two, one of them a primary */
  constructor(host: GuideHost, resolver: GuidedResolver, numbering: string) {
    const upstreams = JSON.parse(numbering) as NativeUpstreams;
    this.#host = host;
    this.#resolver = resolver;
    this.#numbering = numbering;
    this.#upstreams = upstreams;
    const { clock, health, binding } = host;
    const inherited = inheritedFrom(binding.direction(resolver.handle), upstreams);
    this.#state = new health.HealthState({
      upstreams: upstreams.upstreams,
      ordered: upstreams.ordered,
      policy: policyOf(health, resolver.settings),
      random: () => host.random(),
      nowMs: clock.monotonicMs(),
      inherited,
    });
    this.#version = inherited?.version ?? 0;
    this.#since = { state: this.#state.state, timeMs: clock.wallMs() };
  }

  get namespace(): string {
    return this.#upstreams.namespace;
  }

  get resolver(): GuidedResolver {
    return this.#resolver;
  }

  /** Goes on by another resolver of the namespace. */
  use(resolver: GuidedResolver): void {
    this.#resolver = resolver;
  }

  /** The addon has samples. */
  heed(): void {
    this.#turn(() => undefined);
  }

  /** What was measured holds no longer. */
  networkChanged(): void {
    this.#turn((nowMs) => this.#follow(this.#state.networkChanged(nowMs)));
  }

  stats(): FailoverStats {
    return this.#tally.statsOf(this.#state, this.#since.timeMs, this.#version);
  }

  /** What was decided stays in force. */
  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  /**
   * What the addon has comes first, or time would seem to have passed without the answers that came in it.
   *
   * @param act what there is to do beside it, now
   */
  #turn(act: (nowMs: number) => void): void {
    if (this.#closed) return;
    const { binding, clock } = this.#host;
    const { handle } = this.#resolver;
    const nowMs = clock.monotonicMs();
    const rows = readSampleRows(binding.takeSamples(handle), nowMs);
    // Servers may have changed since: then the numbers are those of others.
    if (binding.upstreams(handle) === this.#numbering) this.#record(rows, nowMs);
    const connections = this.#connections();
    if (connections !== undefined) this.#follow(this.#state.connected(connections, nowMs));
    act(nowMs);
    this.#direct();
    this.#wait(nowMs);
    for (const tell of this.#announcements.splice(0)) tell();
    for (const request of this.#probes.splice(0)) this.#probe(request, nowMs);
  }

  /** Each kind at its own time, so that none of it is judged by what had not happened yet. */
  #record(rows: readonly SampleRow[], nowMs: number): void {
    let samples: Sample[] = [];
    const hand = (atMs: number): void => {
      if (samples.length > 0) this.#follow(this.#state.record(samples, atMs));
      samples = [];
    };
    for (const row of rows) {
      const upstream = this.#upstreams.upstreams[row.upstream]?.id;
      if (upstream === undefined) continue;
      if (row.kind === 'query') {
        samples.push({ ...row.sample, upstream });
        continue;
      }
      hand(row.atMs);
      if (row.kind === 'suspicion') {
        this.#follow(this.#state.suspected(upstream, row.suspect, row.atMs));
      } else {
        this.#follow(this.#state.probed(this.#judged(upstream, row.outcome, row.elapsedMs), row.atMs));
      }
    }
    hand(nowMs);
    this.#follow(this.#state.advance(nowMs));
  }

  #follow({ events, probes, plan, wakeAtMs }: Step): void {
    const { clock } = this.#host;
    this.#wakeAtMs = wakeAtMs;
    for (const event of events) {
      this.#tally.count(event);
      this.#announcements.push(() => this.#announce(event));
    }
    if (plan.state !== this.#since.state) this.#since = { state: plan.state, timeMs: clock.wallMs() };
    this.#probes.push(...probes);
    if (plan.preconnect && !this.#preconnected) this.#preconnect();
    this.#preconnected = plan.preconnect;
  }

  /** Tells the addon, if it does not know. */
  #direct(): void {
    const content: DirectionContent = contentOf(this.#state.plan, this.#upstreams.upstreams);
    const direction = JSON.stringify(content);
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#version++;
    const { namespace } = this.#upstreams;
    const whole = JSON.stringify({ namespace, version: this.#version, ...content });
    this.#host.binding.direct(this.#resolver.handle, whole);
  }

  /** One timer at a time, which holds no process. */
  #wait(nowMs: number): void {
    if (this.#timer?.atMs === this.#wakeAtMs) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (this.#wakeAtMs === Infinity) return;
    const wake = (): void => {
      this.#timer = undefined;
      this.#turn(() => undefined);
    };
    const delayMs = Math.min(Math.max(Math.ceil(this.#wakeAtMs - nowMs), 1), MAX_DELAY_MS);
    const timer = this.#host.clock.after(delayMs, wake, false);
    this.#timer = { atMs: this.#wakeAtMs, timer };
  }

  #announce(event: HealthEvent): void {
    const { clock, announce } = this.#host;
    const unixMs = (atMs: number): number => Math.round(clock.wallMs() + atMs - clock.monotonicMs());
    announceHealth(event, this.namespace, unixMs, announce);
  }

  #preconnect(): void {
    if (isNetworkDenied()) return;
    for (const { id, class: of, protocol } of this.#upstreams.upstreams) {
      if (of !== 'fallback' || !isEncrypted(protocol)) continue;
      // Whoever sends a query there will see for itself.
      this.#resolver.encrypted?.open(id).catch(() => undefined);
    }
  }

  /** To the primaries that have some, as long as one of them may be on its way back. */
  #connections(): Connections | undefined {
    const { encrypted } = this.#resolver;
    if (encrypted === undefined || !this.#state.plan.fallbackLeads) return undefined;
    const known = this.#upstreams.upstreams
      .filter(({ class: of, protocol }) => of === 'primary' && isEncrypted(protocol))
      .map(({ id }) => encrypted.isConnected(id))
      .filter((connected) => connected !== undefined);
    if (known.length === 0) return undefined;
    return { active: known.filter(Boolean).length, total: known.length, pending: 0 };
  }

  #probe(request: ProbeRequest, nowMs: number): void {
    // Somebody who was told may have closed the resolver, and a program can drop its permission.
    if (this.#closed || isNetworkDenied()) return;
    this.#tally.probes++;
    const { upstream: id } = request;
    const number = this.#upstreams.upstreams.findIndex((upstream) => upstream.id === id);
    const upstream = this.#upstreams.upstreams[number];
    if (upstream === undefined) return;
    const { binding, random } = this.#host;
    const { handle, encrypted } = this.#resolver;
    const domains = upstream.public ? [] : this.#busyDomains(nowMs);
    const name = probeName(domains, () => random());
    if (!isEncrypted(upstream.protocol)) {
      this.#probing.set(id, request);
      binding.probe(handle, number, name);
    } else if (encrypted !== undefined) {
      void this.#probeEncrypted(encrypted, request, name);
    }
  }

  async #probeEncrypted(encrypted: EncryptedUpstreams, request: ProbeRequest, name: string): Promise<void> {
    const { upstream } = request;
    const { health } = this.#host;
    const told = (result: LevelResult): void => this.#announceProbe(upstream, result);
    const { verdict, elapsedMs = 0 } = await probeEncrypted(health, encrypted, request, name, told);
    this.#turn((nowMs) => this.#follow(this.#state.probed({ upstream, verdict, elapsedMs }, nowMs)));
  }

  /** What came of a probe that the addon made. */
  #judged(upstream: string, outcome: Outcome, elapsedMs: number): ProbeResult {
    const request = this.#probing.get(upstream);
    this.#probing.delete(upstream);
    const verdict = this.#host.health.judgeOutcome(outcome, request?.down);
    const answeredMs = verdict === 'unreachable' ? undefined : elapsedMs;
    const result: LevelResult = { level: 'query', verdict, elapsedMs: answeredMs };
    this.#announcements.push(() => this.#announceProbe(upstream, result));
    return { upstream, verdict, elapsedMs };
  }

  #announceProbe(upstream: string, result: LevelResult): void {
    const { clock, announce } = this.#host;
    const { namespace } = this;
    announce('probe', () => ({ type: 'probe', timeMs: clock.wallMs(), namespace, upstream, ...result }));
  }

  #busyDomains(nowMs: number): readonly string[] {
    if (nowMs - this.#domainsAtMs < DOMAINS_LAST_MS) return this.#domains;
    const popular = this.#host.binding.popularity(this.#resolver.handle);
    const { routes = [] } = this.#resolver.settings.native;
    const routed = routes.map(({ suffix }) => suffix);
    this.#domains = busyDomains(JSON.parse(popular) as NativePopularName[], routed);
    this.#domainsAtMs = nowMs;
    return this.#domains;
  }
}

function isEncrypted(protocol: NativeUpstreams['upstreams'][number]['protocol']): boolean {
  return protocol === 'https' || protocol === 'tls';
}
