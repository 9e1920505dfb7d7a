/**
 * The mirror: composed answers in front of the native cache, per resolver and isolate. A hit reads no clock and
 * calls nothing native; an entry ends by the mirror's one timer, or by a generation counter of the addon.
 */
import { arrange, type LookupAddress } from '../lookup/address-list.ts';
import type { Clock, Timer } from '../runtime/captured.ts';
import { DueQueue } from './due-queue.ts';
import { type Layout, layOut, listOf, MAX_LAID_OUT } from './layout.ts';
import { Entry, REPORT_INTERVAL_MS, TICK_MS } from './mirror-entry.ts';
import type { ResultOrder } from '../runtime/node-dns.ts';
import type { Answer } from '../native/record.ts';

/** Bounds memory to about 4 MiB; what is evicted is still a hit in the native cache. */
const MAX_ENTRIES = 4096;
/** How often native code is told that lookups happen. */
const POKE_INTERVAL_MS = 1000;
/** The wall clock gaining this much on the monotonic clock means that the machine slept. */
const SLEPT_MS = 2000;
/** Longest delay of a Node timer. */
const MAX_DELAY_MS = 0x7fff_ffff;

/** What the mirror needs from its surroundings. */
export interface MirrorHost {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** Reports hits to the native cache. */
  touch(name: string, variant: number, hits: number): void;
  /** Says that lookups are happening. */
  poke(): void;
}

/** A bounded map of answers. The hit path in lookup.ts reads `names`, `generations` and `quiet` itself. */
export class Mirror {
  /** The first of each host name's entries, which are linked by `next`. */
  readonly names: Map<string, Entry> = new Map();
  /** Undefined where the runtime refuses external buffers: then nothing is mirrored. */
  readonly generations: Uint32Array | undefined;
  /** No hit since the last tick; the next one calls {@link Mirror.wake}. */
  quiet = true;

  readonly #host: MirrorHost;
  readonly #due: DueQueue<Entry> = new DueQueue();
  readonly #entries: Entry[] = [];
  #hand = 0;
  #timer: Timer | undefined;
  #timerAt = Infinity;
  #tickedAt: number;
  #tickedAtWall: number;
  #pokedAt = -Infinity;
  #hitsOfDropped = 0;

  constructor(generations: Uint32Array | undefined, host: MirrorHost) {
    this.generations = generations;
    this.#host = host;
    this.#tickedAt = host.clock.monotonicMs();
    this.#tickedAtWall = host.clock.wallMs();
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Hits served since the start. */
  get hits(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.hits, this.#hitsOfDropped);
  }

  /** The entry that answers now; counts no hit. */
  find(hostname: string, variant: number): Entry | undefined {
    if (this.generations === undefined) return undefined;
    let entry = this.names.get(hostname);
    while (entry !== undefined && entry.variant !== variant) entry = entry.next;
    if (entry === undefined) return undefined;
    if (Atomics.load(this.generations, entry.slot) === entry.generation) return entry;
    this.#drop(entry);
    return undefined;
  }

  /** Keeps a complete answer, in place of an older one for the same lookup. */
  fill(hostname: string, name: string, variant: number, answer: Answer): Entry | undefined {
    const { generations } = this;
    // Half of what is left would be spent waiting for a tick.
    if (generations === undefined || answer.expiresInMs < 2 * TICK_MS) return undefined;
    if (Atomics.load(generations, answer.slot) !== answer.generation) return undefined;
    const now = Math.floor(this.#host.clock.monotonicMs());
    if (this.names.has(hostname)) {
      const older = this.find(hostname, variant);
      // One of many waiters for the same answer: all but the first find it here.
      if (older?.covers(answer, now) === true) return older;
      if (older !== undefined) this.#drop(older);
    }
    const turn = Math.floor(this.#host.random() * 0x10000);
    const entry = new Entry(hostname, name, variant, answer, now, turn);
    entry.next = this.names.get(hostname);
    this.names.set(hostname, entry);
    if (this.#entries.length === MAX_ENTRIES) this.#evict();
    entry.index = this.#entries.push(entry) - 1;
    this.#due.add(entry);
    this.#arm(entry.dueAt, now);
    return entry;
  }

  /**
   * The next rotation of an entry whose list is not short, for a hit that builds its result itself.
   *
   * @returns undefined if the list is too long: {@link Mirror.next} gives it
   */
  layout(entry: Entry, order: ResultOrder): Layout | undefined {
    if (entry.count > MAX_LAID_OUT) return undefined;
    const layout = entry[order] ?? layOut(entry, entry.turn, order);
    entry[order] = layout.next;
    return layout;
  }

  /** The next rotation of an entry, as a fresh array of fresh objects. */
  next(entry: Entry, order: ResultOrder): LookupAddress[] {
    if (entry.shortFamily !== 0) {
      entry.swap();
      return entry.short;
    }
    const layout = entry[order];
    // Laid out for quick hits only: many an entry is never hit.
    if (layout === undefined) return arrange(entry, entry.turn++, order);
    entry[order] = layout.next;
    return listOf(layout, entry.count);
  }

  /** A hit by the slow way: the next rotation, counted. */
  hit(entry: Entry, order: ResultOrder): LookupAddress[] {
    if (--entry.fuel === 0) this.refuel(entry);
    if (this.quiet) this.wake();
    return entry.shortFamily === 0 ? this.next(entry, order) : entry.short;
  }

  /** To be called by a hit that finds the mirror quiet. */
  wake(): void {
    this.quiet = false;
    const now = this.#host.clock.monotonicMs();
    this.#poke(now);
    this.#arm(this.#pokedAt + POKE_INTERVAL_MS, now);
  }

  /** To be called by a hit that brings an entry's fuel to 0. */
  refuel(entry: Entry): void {
    const now = this.#host.clock.monotonicMs();
    entry.refuel();
    if (now >= entry.reportAt && entry.position !== -1) {
      this.#host.touch(entry.name, entry.variant, entry.hits - entry.reported);
      entry.reported = entry.hits;
      entry.reportAt = now + REPORT_INTERVAL_MS;
      this.#reschedule(entry, now);
    }
    // Timers are not running: this is all that ends entries.
    if (now >= this.#timerAt + TICK_MS) this.#tick();
  }

  /** Forgets one name, or all. */
  clear(hostname?: string): void {
    if (hostname === undefined) {
      while (this.#entries.length > 0) this.#drop(this.#entries.at(-1) as Entry);
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#timerAt = Infinity;
      return;
    }
    for (let entry = this.names.get(hostname); entry !== undefined; entry = entry.next) this.#drop(entry);
  }

  #tick(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = this.#host.clock.monotonicMs();
    const wall = this.#host.clock.wallMs();
    const slept = wall - this.#tickedAtWall - (now - this.#tickedAt) > SLEPT_MS;
    this.#tickedAt = now;
    this.#tickedAtWall = wall;
    if (slept) this.clear();
    for (
      let entry = this.#due.first();
      entry !== undefined && entry.dueAt <= now;
      entry = this.#due.first()
    ) {
      if (entry.expiresAt - TICK_MS <= now) {
        this.#drop(entry);
      } else {
        entry.drain();
        entry.dueAt = entry.expiresAt - TICK_MS;
        this.#due.update(entry);
      }
    }
    if (!this.quiet) {
      this.quiet = true;
      this.#poke(now);
    }
    const next = this.#due.first();
    if (next !== undefined) this.#arm(next.dueAt, now);
  }

  #arm(at: number, now: number): void {
    const tickAt = Math.max(at, this.#tickedAt + TICK_MS);
    if (tickAt >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = tickAt;
    const delayMs = Math.min(Math.max(Math.ceil(tickAt - now), 1), MAX_DELAY_MS);
    this.#timer = this.#host.clock.after(delayMs, () => this.#tick(), false);
  }

  #poke(now: number): void {
    if (now - this.#pokedAt < POKE_INTERVAL_MS) return;
    this.#pokedAt = now;
    this.#host.poke();
  }

  #reschedule(entry: Entry, now: number): void {
    entry.dueAt = Math.min(entry.expiresAt - TICK_MS, entry.reportAt);
    this.#due.update(entry);
    this.#arm(entry.dueAt, now);
  }

  /** The CLOCK algorithm: an entry that was hit since the hand last passed is spared once. */
  #evict(): void {
    for (;;) {
      if (this.#hand >= this.#entries.length) this.#hand = 0;
      const candidate = this.#entries[this.#hand] as Entry;
      if (candidate.hits === candidate.considered) {
        this.#drop(candidate);
        return;
      }
      candidate.considered = candidate.hits;
      this.#hand++;
    }
  }

  #drop(entry: Entry): void {
    this.#due.remove(entry);
    this.#unlink(entry);
    this.#hitsOfDropped += entry.hits;
    const last = this.#entries.pop() as Entry;
    if (last !== entry) {
      this.#entries[entry.index] = last;
      last.index = entry.index;
    }
  }

  #unlink(entry: Entry): void {
    const first = this.names.get(entry.hostname);
    if (first === entry) {
      if (entry.next === undefined) this.names.delete(entry.hostname);
      else this.names.set(entry.hostname, entry.next);
      return;
    }
    for (let before = first; before !== undefined; before = before.next) {
      if (before.next === entry) before.next = entry.next;
    }
  }
}
