/** Lookups under way while servers come and go, and what is seen of them. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import type { DoubaoResolver, ResolverFailoverEvent, ResolverUpstreamEvent } from '@doubao/resolver';
import type { Screen } from '../screen.ts';
import { Load } from './load.ts';
import { PUBLIC_DOMAIN } from './servers.ts';
import { type Sources, Timeline } from './timeline.ts';

type Event = ResolverFailoverEvent | ResolverUpstreamEvent;

const CHANNELS = ['doubao.resolver.failover', 'doubao.resolver.upstream'];
const SECOND_MS = 1000;
const DRAW_EVERY_MS = 200;
const LOOK_EVERY_MS = 50;
/** How long is waited for something on a machine that has other things to do: beyond a hold-down, if it comes to that. */
const PATIENCE_MS = 60_000;

export const LOOKUPS_PER_SECOND = 200;
export const KNOWN_NAMES = 40;

/** Lookups of one part of the story. */
export interface Tally {
  ended: number;
  failed: number;
}

export class Scene implements Disposable {
  /** Of all events so far. */
  readonly types: string[] = [];
  /** Whether names that were never looked up before are looked up too. */
  hasNewNames = true;
  readonly #resolver: DoubaoResolver;
  readonly #screen: Screen;
  readonly #intro: readonly string[];
  readonly #timeline: Timeline;
  readonly #load: Load;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #heed = (message: unknown): void => this.#happened(message as Event);
  #tally: Tally = { ended: 0, failed: 0 };
  #lookups = 0;
  #pending = 0;

  constructor(resolver: DoubaoResolver, screen: Screen, intro: readonly string[]) {
    this.#resolver = resolver;
    this.#screen = screen;
    this.#intro = intro;
    this.#timeline = new Timeline(this.#sources());
    for (const channel of CHANNELS) subscribe(channel, this.#heed);
    this.#load = new Load(LOOKUPS_PER_SECOND, () => this.#lookup());
    this.#timers = [
      setInterval(() => this.#timeline.turn(this.#sources(), this.lead()), SECOND_MS),
      setInterval(() => this.#draw(), DRAW_EVERY_MS),
    ];
  }

  /** A part of the story begins. @returns the lookups that end until the next one begins */
  begin(what?: string): Tally {
    if (what !== undefined) this.#timeline.happened(what);
    this.#tally = { ended: 0, failed: 0 };
    return this.#tally;
  }

  /** Looks up names that are known only, and waits until those are resolved that were not. */
  async keepToKnownNames(): Promise<void> {
    this.hasNewNames = false;
    await this.until(() => this.#pending === 0, 0);
  }

  /** Waits until something holds, as long as patience lasts, and then for some more. */
  async until(holds: () => boolean, thenMs: number): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    while (!holds() && performance.now() < untilMs) await pause(LOOK_EVERY_MS);
    await pause(thenMs);
  }

  /** Who is asked first, if anybody answers. */
  lead(): 'primary' | 'fallback' | 'nobody' {
    const { failover } = this.#resolver.stats();
    // Before anything is decided it is the configured order that holds.
    const [first] = failover?.upstreams ?? [];
    if (first === undefined) return 'primary';
    return first.state === 'down' ? 'nobody' : first.class;
  }

  [Symbol.dispose](): void {
    this.#load.stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const channel of CHANNELS) unsubscribe(channel, this.#heed);
    this.#screen.show([...this.#intro, ...this.#timeline.endedLines, '']);
  }

  #lookup(): void {
    const turn = this.#lookups++;
    const isNew = this.hasNewNames && turn % 2 === 1;
    const label = isNew ? `new-${turn}` : `known-${Math.floor(turn / 2) % KNOWN_NAMES}`;
    const tally = this.#tally;
    const startedAt = performance.now();
    this.#pending += 1;
    const ended = (succeeded: boolean): void => {
      this.#pending -= 1;
      tally.ended += 1;
      if (!succeeded) tally.failed += 1;
      this.#timeline.ended(succeeded, performance.now() - startedAt);
    };
    this.#resolver.promises.lookup(`${label}.${PUBLIC_DOMAIN}`, { family: 4 }).then(
      () => ended(true),
      () => ended(false),
    );
  }

  #happened(event: Event): void {
    this.types.push(event.type);
    const told = this.#told(event);
    if (told !== undefined) this.#timeline.happened(told);
  }

  /** In words; undefined for what another event tells as well. */
  #told(event: Event): string | undefined {
    switch (event.type) {
      case 'down':
      case 'suspect':
        return `${this.#classOf(event.upstream)} ${event.type}`;
      case 'up':
        return `${this.#classOf(event.upstream)} up again`;
      case 'failover':
        return 'failover';
      case 'canary':
      case 'ramp':
        return `${event.type} ${event.share * 100} %`;
      case 'switch-back-failed':
        return 'switch-back failed';
      case 'switchback':
        return 'switch-back';
      default:
        return undefined;
    }
  }

  #classOf(id: string): string {
    return this.#resolver.stats().upstreams.find((upstream) => upstream.id === id)?.class ?? id;
  }

  #sources(): Sources {
    const { upstreams, staleServed } = this.#resolver.stats();
    const answered = (of: 'primary' | 'fallback'): number =>
      upstreams.reduce((sum, upstream) => sum + (upstream.class === of ? upstream.answered : 0), 0);
    return { primary: answered('primary'), fallback: answered('fallback'), stale: staleServed };
  }

  #draw(): void {
    this.#screen.show([...this.#intro, ...this.#timeline.lines(this.#sources(), this.lead())]);
  }
}
