/** Who is asked first: the order of both classes, and how long a lead lasts. */
import { ClassOrder } from './class-order.ts';
import type { LeadEvent, LeadReason } from './event.ts';

/** Milliseconds for which the fallback class is raced at most when it takes over. */
const RACE_MS = 10_000;

/** What is known of the upstreams. */
export interface LeadView {
  isDown(id: string): boolean;
  /** See {@link OrderView.isHeldDown}. */
  isHeldDown(id: string): boolean;
  /** Whether the fallback class leads. */
  readonly fallbackLeads: boolean;
  /** The primary on its way back; it is what the names of the canary are given. */
  readonly candidate: string | undefined;
}

/** All times are milliseconds of the monotonic clock. */
export class Leadership {
  readonly primaries: ClassOrder;
  readonly fallbacks: ClassOrder;
  readonly #staysMs: number;
  #lead: string;
  #sinceMs = -Infinity;
  #raceEndsMs = -Infinity;
  #raceWinner: string | undefined;

  /**
   * @param primaries ids in configured order, at least one
   * @param fallbacks ids in configured order
   * @param staysMs how long a lead stays unless it is down
   */
  constructor(primaries: readonly string[], fallbacks: readonly string[], staysMs: number) {
    this.primaries = new ClassOrder(primaries);
    this.fallbacks = new ClassOrder(fallbacks);
    this.#staysMs = staysMs;
    this.#lead = primaries[0] ?? '';
  }

  /** Who leads. */
  get lead(): string {
    return this.#lead;
  }

  /** From when on the lead may change without need. */
  get freeAtMs(): number {
    return this.#sinceMs + this.#staysMs;
  }

  isRacing(nowMs: number): boolean {
    return nowMs < this.#raceEndsMs;
  }

  /** All ids in the order in which they are asked. */
  ids(fallbackLeads: boolean): readonly string[] {
    const [primaries, fallbacks] = [this.primaries.ids, this.fallbacks.ids];
    return fallbackLeads ? [...fallbacks, ...primaries] : [...primaries, ...fallbacks];
  }

  /** The fallback class takes over: who of it answers first will lead. One alone has no one to race. */
  race(nowMs: number): void {
    if (this.fallbacks.ids.length > 1) this.#raceEndsMs = nowMs + RACE_MS;
  }

  /** The race is decided; the next {@link Leadership.arrange} puts the winner first. */
  won(id: string): void {
    this.fallbacks.promote(id);
    this.#raceWinner = id;
    this.#raceEndsMs = -Infinity;
  }

  /** Somebody else made it the lead; it stays as long as any other. */
  inherit(id: string, view: LeadView, nowMs: number): void {
    this.#lead = id;
    this.#sinceMs = nowMs;
    if (this.fallbacks.ids.includes(id)) this.fallbacks.promote(id);
    this.arrange(view, nowMs);
  }

  /** The way to all upstreams is another one now: no lead has to stay, and no race is on. */
  clear(): void {
    this.#sinceMs = -Infinity;
    this.#raceEndsMs = -Infinity;
  }

  /** Puts both classes in order. */
  arrange(view: LeadView, nowMs: number): void {
    const { fallbackLeads, candidate } = view;
    if (!fallbackLeads) this.#raceEndsMs = -Infinity;
    const stays = this.#raceWinner ?? (nowMs < this.freeAtMs ? this.#lead : undefined);
    const orderFor = (pinned: string | undefined) => ({
      isDown: (id: string) => view.isDown(id),
      isHeldDown: (id: string) => view.isHeldDown(id),
      pinned,
    });
    this.primaries.arrange(orderFor(fallbackLeads ? candidate : stays));
    this.fallbacks.arrange(orderFor(fallbackLeads ? stays : undefined));
  }

  /**
   * Makes the first of the leading class the lead.
   *
   * @param because the reason if who led is not down
   */
  take(view: LeadView, because: LeadReason, nowMs: number): LeadEvent | undefined {
    const from = this.#lead;
    const to = this.ids(view.fallbackLeads)[0] ?? from;
    const reason = view.isDown(from) ? 'down' : this.#raceWinner === to ? 'race' : because;
    this.#raceWinner = undefined;
    if (to === from) return undefined;
    this.#lead = to;
    this.#sinceMs = nowMs;
    return { type: 'lead', from, to, reason, atMs: nowMs };
  }

  /** When time alone changes something. */
  dueAtMs(nowMs: number): number {
    const wanted = this.primaries.wantsOther || this.fallbacks.wantsOther;
    return Math.min(
      wanted && this.freeAtMs > nowMs ? this.freeAtMs : Infinity,
      this.isRacing(nowMs) ? this.#raceEndsMs : Infinity,
    );
  }
}
