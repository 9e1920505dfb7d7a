/** What a `lookup` function works on. */
import { Engine, type Surroundings } from '../engine/engine.ts';
import { Mirror } from '../mirror/mirror.ts';
import { type EngineOptions, withoutHousekeeping } from '../configuration/options.ts';
import type { DnsFunction } from '../install/registry.ts';

/** Its parts change when the resolver is opened or taken out of use; the function stays the same. */
export interface Target {
  /** Read by each call before anything else. */
  mirror: Mirror;
  /** Opens the resolver if need be. */
  engine(): Engine;
  /** Where everything goes instead: to Node's own function, or to that of another copy of this package. */
  readonly elsewhere: DnsFunction | undefined;
  /** Whether `signal` and `timeout` of a wrong type throw; Node's own function, which has neither, ignores them. */
  readonly strict: boolean;
}

/** An engine that is opened when it is first needed, and the functions that work on it. */
export class EngineSlot {
  readonly #surroundings: () => Surroundings;
  readonly #targets: SlotTarget[] = [];
  #options: EngineOptions;
  #engine: Engine | undefined;

  constructor(options: EngineOptions, surroundings: () => Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** Those in force: another object after each `configure`. */
  get options(): EngineOptions {
    return this.#options;
  }

  /** Undefined as long as nothing was looked up. */
  get opened(): Engine | undefined {
    return this.#engine;
  }

  /** @throws ResolverOptionError, ResolverAddonError */
  open(): Engine {
    if (this.#engine === undefined) {
      this.#engine = new Engine(this.#options, this.#surroundings());
      for (const target of this.#targets) target.connect(this.#engine.mirror);
    }
    return this.#engine;
  }

  /**
   * Closes the engine; the next use opens another. One that its user has closed stays closed.
   *
   * @returns false if lookups are pending, and nothing was done
   */
  release(): boolean {
    if (this.#engine === undefined || this.#engine.closed) return true;
    if (this.#engine.isBusy) return false;
    void this.#engine.close();
    this.#engine = undefined;
    for (const target of this.#targets) target.connect(EMPTY);
    return true;
  }

  configure(options: EngineOptions): void {
    this.#engine?.reconfigure(options);
    this.#options = options;
  }

  /** A resolver of its own, in the same surroundings. It keeps no snapshot and warms nothing up. */
  sibling(options: EngineOptions): EngineSlot {
    return new EngineSlot(withoutHousekeeping(options), this.#surroundings);
  }

  target(strict: boolean): SlotTarget {
    const target = new SlotTarget(this, strict);
    this.#targets.push(target);
    if (this.#engine !== undefined) target.connect(this.#engine.mirror);
    return target;
  }
}

/** Mirrors nothing. */
function emptyMirror(): Mirror {
  const clock = { monotonicMs: () => 0, wallMs: () => 0, after: () => ({ cancel: () => undefined }) };
  return new Mirror(undefined, { clock, random: () => 0, touch: () => undefined, poke: () => undefined });
}

const EMPTY = emptyMirror();

export class SlotTarget implements Target {
  mirror: Mirror = EMPTY;
  readonly strict: boolean;
  readonly #slot: EngineSlot;
  #connected: Mirror = EMPTY;
  #elsewhere: DnsFunction | undefined;

  constructor(slot: EngineSlot, strict: boolean) {
    this.#slot = slot;
    this.strict = strict;
  }

  get elsewhere(): DnsFunction | undefined {
    return this.#elsewhere;
  }

  /** @param elsewhere undefined: calls are answered here */
  divert(elsewhere: DnsFunction | undefined): void {
    this.#elsewhere = elsewhere;
    this.mirror = elsewhere === undefined ? this.#connected : EMPTY;
  }

  engine(): Engine {
    return this.#slot.open();
  }

  connect(mirror: Mirror): void {
    this.#connected = mirror;
    if (this.#elsewhere === undefined) this.mirror = mirror;
  }
}
