/** What a resolver does beside answering. */
import type { Engine, Surroundings } from './engine.ts';
import type { EngineOptions } from './options.ts';
import { Prewarmer, type PrewarmResult } from './prewarm/prewarmer.ts';
import { warmName } from './prewarm/warm-name.ts';

export class Housekeeping {
  readonly #prewarmer: Prewarmer;

  constructor(engine: Engine, surroundings: Surroundings) {
    this.#prewarmer = new Prewarmer({
      clock: surroundings.clock,
      random: () => surroundings.random(),
      warm: (hostname, done) => warmName(engine, hostname, done),
    });
  }

  /** To be called when the engine has been opened with these options, and when it has been given others. */
  begin(options: EngineOptions): void {
    if (options.prewarm.length > 0) void this.#prewarmer.spread(options.prewarm, 0);
  }

  prewarm(hostnames: readonly string[], withinMs: number): Promise<PrewarmResult> {
    return this.#prewarmer.spread(hostnames, withinMs);
  }

  close(): void {
    this.#prewarmer.close();
  }
}
