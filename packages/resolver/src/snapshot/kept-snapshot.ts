/** The snapshot of one resolver of the addon, from its opening to its replacement or close. */
import type { NativeHandle } from '../native/native-handle.ts';
import type { EngineOptions } from '../configuration/options.ts';
import type { SnapshotEnvironment } from './environment.ts';
import { SnapshotKeeper } from './keeper.ts';
import type { NativeSource } from './native-source.ts';

/** Rows are smaller than what they become; popularity comes on top, 10 000 names of up to 273 octets. */
const OCTETS_BESIDE_CACHE = 4 * 1024 * 1024;

export class KeptSnapshot {
  readonly #keeper: SnapshotKeeper;
  readonly #paths: Map<string, number>;
  readonly #path: string;
  readonly #release: () => void;

  constructor(
    { path, intervalMs }: NonNullable<EngineOptions['snapshot']>,
    maxBytes: number,
    handle: NativeHandle,
    source: NativeSource,
    environment: SnapshotEnvironment,
  ) {
    this.#path = path;
    this.#paths = environment.paths;
    this.#release = handle.hold();
    const host = environment.host();
    const settings = { path, intervalMs, maxOctets: maxBytes + OCTETS_BESIDE_CACHE };
    const keeper = new SnapshotKeeper(settings, source, host);
    this.#keeper = keeper;
    const users = this.#paths.get(path) ?? 0;
    this.#paths.set(path, users + 1);
    // A second resolver would find there what the first knows better: what it has forgotten, by `invalidate`, too.
    if (users > 0) return;
    if (host.isMainThread) {
      keeper.load();
    } else {
      source.whenKnown(() => {
        if (source.owns()) keeper.load();
      });
    }
  }

  /** Saves what is new. The handle may be closed afterwards. */
  async close(): Promise<void> {
    await this.#keeper.close();
    const users = this.#paths.get(this.#path) ?? 0;
    if (users > 1) this.#paths.set(this.#path, users - 1);
    else this.#paths.delete(this.#path);
    this.#release();
  }
}
