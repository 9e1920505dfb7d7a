/**
 * The guides of one environment: one for each namespace that it owns and that has several upstreams. The addon makes an
 * environment the owner by telling it of samples; nothing is loaded and nothing runs before that.
 */
import { type Warn, warn as systemWarn } from '../errors/warning.ts';
import type { NativeEvent, NativeUpstreams } from '../native/binding.ts';
import type { NativeHandle } from '../native/native-handle.ts';
import type { Port } from '../native/port.ts';
import type { Clock } from '../runtime/captured.ts';
import type { EncryptedUpstreams } from './encrypted-probes.ts';
import { type Announce, announce as systemAnnounce } from './events.ts';
import type { FailoverStats } from './failover-stats.ts';
import { Guide, type GuidedResolver, type GuideSettings } from './guide.ts';
import { type Health, loadHealth as loadSystemHealth } from './health.ts';

/** Collaborators; tests put others in their place. */
export interface GuidanceHost {
  readonly port: Port;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  readonly announce?: Announce;
  readonly warn?: Warn;
  readonly loadHealth?: () => Promise<Health | undefined>;
}

/** One upstream leaves nothing to decide. */
const LEAST_UPSTREAMS = 2;

export class Guidance {
  readonly #host: GuidanceHost;
  readonly #announce: Announce;
  /** By handle. */
  readonly #resolvers: Map<number, GuidedResolver> = new Map();
  /** By the JSON of their {@link NativeUpstreams}: resolvers of one namespace share one. */
  readonly #guides: Map<string, Guide> = new Map();
  #health: Health | undefined;
  #loading = false;
  /** Handles that were named while nothing could be done yet. */
  readonly #waiting: Set<number> = new Set();

  constructor(host: GuidanceHost) {
    this.#host = host;
    this.#announce = host.announce ?? systemAnnounce;
    host.port.listen((news) => this.#heed(news));
  }

  /** @param encrypted the resolver's servers that are asked over HTTPS or TLS; undefined: it has none */
  follow(handle: NativeHandle, settings: GuideSettings, encrypted: EncryptedUpstreams | undefined): void {
    this.#resolvers.set(handle.id, { handle: handle.id, settings, encrypted });
    handle.whenClosing(() => this.#forget(handle.id));
  }

  /** Null where another thread decides, or nobody has to. */
  statsOf(handle: NativeHandle): FailoverStats | null {
    if (this.#guides.size === 0) return null;
    return this.#guides.get(this.#host.port.binding.upstreams(handle.id))?.stats() ?? null;
  }

  #heed(news: NativeEvent): void {
    switch (news.event) {
      case 'samples':
        this.#samples(news.handle);
        break;
      case 'resumed':
      case 'network-changed':
        for (const guide of this.#guides.values()) guide.networkChanged();
        break;
      case 'refused-suffix':
        this.#refused(news.handle, news.suffix);
        break;
      default:
    }
  }

  #refused(handle: number, suffix: string): void {
    if (!this.#resolvers.has(handle)) return;
    this.#announce('upstream', () => {
      const { namespace } = JSON.parse(this.#host.port.binding.upstreams(handle)) as NativeUpstreams;
      return { type: 'refused-suffix', timeMs: this.#host.clock.wallMs(), namespace, suffix };
    });
  }

  #samples(handle: number): void {
    const resolver = this.#resolvers.get(handle);
    if (resolver === undefined) {
      // It was closed meanwhile. The addon will not tell again before somebody has taken what it has.
      for (const guide of this.#guides.values()) guide.heed();
      return;
    }
    const health = this.#health;
    if (health === undefined) {
      // The addon keeps what it has measured.
      this.#waiting.add(handle);
      void this.#load();
      return;
    }
    const numbering = this.#host.port.binding.upstreams(handle);
    for (const [other, guide] of this.#guides) {
      if (guide.resolver === resolver && other !== numbering) this.#handOn(other, guide, handle);
    }
    const guide = this.#guides.get(numbering) ?? this.#begin(resolver, numbering, health);
    guide?.use(resolver);
    guide?.heed();
  }

  #begin(resolver: GuidedResolver, numbering: string, health: Health): Guide | undefined {
    const { namespace, upstreams } = JSON.parse(numbering) as NativeUpstreams;
    if (namespace === '' || upstreams.length < LEAST_UPSTREAMS) return undefined;
    const { port, clock, random } = this.#host;
    const { binding } = port;
    const host = { binding, clock, random: () => random(), announce: this.#announce, health };
    const guide = new Guide(host, resolver, numbering);
    this.#guides.set(numbering, guide);
    return guide;
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    const { loadHealth = loadSystemHealth, warn = systemWarn } = this.#host;
    try {
      this.#health = await loadHealth();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warn(
        'FAILOVER',
        `the health of servers cannot be judged, so that their order never changes: ${reason}`,
      );
      return;
    }
    if (this.#health === undefined) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const handle of waiting) this.#samples(handle);
  }

  #forget(handle: number): void {
    this.#resolvers.delete(handle);
    if (this.#waiting.delete(handle)) {
      const other = this.#another(this.#host.port.binding.upstreams(handle), handle);
      if (other !== undefined) this.#waiting.add(other.handle);
    }
    for (const [numbering, guide] of this.#guides) {
      if (guide.resolver.handle === handle) this.#handOn(numbering, guide, handle);
    }
  }

  /** A guide loses its resolver: it goes on with another of the same upstreams, or ends. */
  #handOn(numbering: string, guide: Guide, lost: number): void {
    const other = this.#another(numbering, lost);
    if (other !== undefined) {
      guide.use(other);
      // The addon may have told the one that is lost.
      guide.heed();
      return;
    }
    guide.close();
    this.#guides.delete(numbering);
  }

  #another(numbering: string, than: number): GuidedResolver | undefined {
    const { binding } = this.#host.port;
    return [...this.#resolvers.values()].find(
      ({ handle }) => handle !== than && binding.upstreams(handle) === numbering,
    );
  }
}
