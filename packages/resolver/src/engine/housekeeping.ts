/**
 * What a resolver does beside answering: it warms names up and, in the thread that owns its namespace, decides whom
 * questions go to, keeps a snapshot and looks popular names up once a day.
 */
import type { Engine, Surroundings } from './engine.ts';
import type { NativeHandle } from '../native/native-handle.ts';
import type { EngineOptions } from '../configuration/options.ts';
import { DailyPrewarm } from '../prewarm/daily-prewarm.ts';
import { Prewarmer, type PrewarmResult } from '../prewarm/prewarmer.ts';
import { warmName } from '../prewarm/warm-name.ts';
import { KeptSnapshot } from '../snapshot/kept-snapshot.ts';
import { NativeSource } from '../snapshot/native-source.ts';

export class Housekeeping {
  readonly #surroundings: Surroundings;
  readonly #prewarmer: Prewarmer;
  #daily: DailyPrewarm | undefined;
  #snapshot: KeptSnapshot | undefined;

  constructor(engine: Engine, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#prewarmer = new Prewarmer({
      clock: surroundings.clock,
      random: () => surroundings.random(),
      warm: (hostname, done) => warmName(engine, hostname, done),
    });
  }

  /** To be called when the engine has been opened with these options, and when it has been given others. */
  begin(options: EngineOptions, handle: NativeHandle): void {
    const { port, snapshots, guidance } = this.#surroundings;
    guidance.follow(handle, options, handle.legs);
    const source = new NativeSource(port, handle);
    const replaced = this.#snapshot;
    const { snapshot, native } = options;
    this.#snapshot = snapshot && new KeptSnapshot(snapshot, native.cache.maxBytes, handle, source, snapshots);
    void replaced?.close();
    this.#daily?.close();
    this.#daily = options.prewarmAt === undefined ? undefined : this.#startDaily(options.prewarmAt, source);
    if (options.prewarm.length > 0) void this.#prewarmer.spread(options.prewarm, 0);
  }

  prewarm(hostnames: readonly string[], withinMs: number): Promise<PrewarmResult> {
    return this.#prewarmer.spread(hostnames, withinMs);
  }

  /** @returns when the snapshot is saved, if one is kept: only then the resolver of the addon may be closed */
  close(): Promise<void> | undefined {
    this.#daily?.close();
    this.#prewarmer.close();
    return this.#snapshot?.close();
  }

  #startDaily(time: string, source: NativeSource): DailyPrewarm {
    const { clock } = this.#surroundings;
    return new DailyPrewarm(time, {
      clock,
      random: () => this.#surroundings.random(),
      owns: () => source.owns(),
      popularity: () => source.popularity(),
      paced: (hostnames, gapMs) => this.#prewarmer.paced(hostnames, gapMs),
    });
  }
}
