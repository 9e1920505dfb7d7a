/** Keeps the snapshot of one resolver: loads it at start, saves it now and then, at close and at exit. */
import type { Clock, Timer } from '../runtime/captured.ts';
import type { Warn } from '../errors/warning.ts';
import type { Files } from './files.ts';
import { composeSnapshot, type Snapshot } from './format.ts';
import { removeLeftovers } from './leftovers.ts';
import { type DamagedFile, moveAside, readSnapshot } from './read-snapshot.ts';
import { SnapshotWrite, writeSnapshotNow } from './write-snapshot.ts';

/** A piece of the cache. */
export interface ExportedEntries {
  /** Where to go on; 0 at the end. */
  readonly next: number;
  /** Rows of the addon. */
  readonly entries: Uint8Array;
}

/** What the addon knows of the resolver's namespace. */
export interface SnapshotSource {
  /** Whether this thread is the one that does such work for the namespace. */
  owns(): boolean;
  /** Its digest; empty before it is known. */
  namespace(): string;
  /** Changes when the cache may have. */
  activity(): string;
  /** @param cursor 0 at first */
  exportEntries(cursor: number): ExportedEntries;
  importEntries(namespace: string, rows: Uint8Array): void;
}

export interface SnapshotHost {
  readonly clock: Clock;
  readonly files: Files;
  readonly warn: Warn;
  /** One line on stderr, for when there is no turn left in which a warning would be printed. */
  say(line: string): void;
  /**
   * @param run called when the thread ends; must not wait for anything
   * @returns what takes it back
   */
  atExit(run: () => void): () => void;
  /** Whether the process ends with this thread. */
  readonly isMainThread: boolean;
}

export interface SnapshotSettings {
  readonly path: string;
  readonly intervalMs: number;
  /** Larger files are neither written nor loaded. */
  readonly maxOctets: number;
}

/** Length of a block. */
const BLOCK_OVERHEAD = 4;
/** Header, namespace, end and checksum take less. */
const FIXED_OVERHEAD = 512;

export class SnapshotKeeper {
  readonly #settings: SnapshotSettings;
  readonly #source: SnapshotSource;
  readonly #host: SnapshotHost;
  readonly #takeBackFromExit: () => void;
  #timer: Timer | undefined;
  #write: SnapshotWrite | undefined;
  #saving: Promise<void> | undefined;
  /** {@link SnapshotSource.activity} as of the last save that succeeded. */
  #saved: string;
  /** Whose rows the file holds, as far as this thread has read or written it. */
  #written = '';
  #warned = false;

  constructor(settings: SnapshotSettings, source: SnapshotSource, host: SnapshotHost) {
    this.#settings = settings;
    this.#source = source;
    this.#host = host;
    this.#saved = source.activity();
    this.#takeBackFromExit = host.atExit(() => this.#saveAtExit());
    this.#wait();
  }

  /** Gives the addon what the file holds; what it does not trust, or cannot read, it warns of. */
  load(): void {
    const { path, maxOctets } = this.#settings;
    const { clock, files } = this.#host;
    void removeLeftovers(path, clock.wallMs(), files);
    const result = readSnapshot(path, maxOctets, files);
    if (result.kind === 'good') this.#import(result.snapshot);
    if (result.kind === 'ignored') {
      this.#host.warn(
        'SNAPSHOT_IGNORED',
        `the snapshot ${path} is ignored: ${result.reason}. It must be a plain file of this process's user that nobody else may write`,
      );
    }
    if (result.kind === 'damaged') this.#moveAside(result);
  }

  /** Saves once more if there is anything new, then nothing any more. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#saving;
    await this.#save();
    this.#takeBackFromExit();
  }

  #import({ namespace, blocks }: Snapshot): void {
    this.#written = namespace;
    for (const block of blocks) this.#source.importEntries(namespace, block);
  }

  #moveAside({ reason, file }: DamagedFile): void {
    const { path } = this.#settings;
    const { clock, files, warn } = this.#host;
    let where: string;
    try {
      where = `moved to ${moveAside(path, file, `${clock.wallMs()}-${files.pid}`, files)}`;
    } catch (error) {
      where = `left where it is (${(error as Error).message})`;
    }
    warn(
      'SNAPSHOT_DAMAGED',
      `the snapshot ${path} cannot be read: ${reason}. It was ${where}; a new one will be saved`,
    );
  }

  #wait(): void {
    this.#timer = this.#host.clock.after(
      this.#settings.intervalMs,
      () => {
        this.#wait();
        void this.#save();
      },
      false,
    );
  }

  /** The pieces to write; undefined if there is nothing new, or it is not this thread's to say. */
  #pieces(isOurs: () => boolean): Generator<Uint8Array> | undefined {
    if (this.#source.activity() === this.#saved) return undefined;
    const namespace = this.#source.namespace();
    if (namespace === '' || !isOurs()) return undefined;
    const first = this.#source.exportEntries(0);
    // What others have learnt is worth more than nothing; what is empty because it was emptied is to be.
    if (namespace !== this.#written && first.next === 0 && first.entries.length === 0) return undefined;
    return composeSnapshot({ namespace, savedAtMs: this.#host.clock.wallMs() }, this.#blocks(first));
  }

  *#blocks(first: ExportedEntries): Generator<Uint8Array> {
    let room = this.#settings.maxOctets - FIXED_OVERHEAD;
    for (let piece = first; ; piece = this.#source.exportEntries(piece.next)) {
      room -= piece.entries.length + BLOCK_OVERHEAD;
      if (room < 0) return;
      yield piece.entries;
      if (piece.next === 0) return;
    }
  }

  async #save(): Promise<void> {
    if (this.#saving !== undefined) return;
    const pieces = this.#pieces(() => this.#source.owns());
    if (pieces === undefined) return;
    const [activity, namespace] = [this.#source.activity(), this.#source.namespace()];
    this.#write = new SnapshotWrite(this.#settings.path, this.#host.files);
    this.#saving = this.#write.run(pieces).then(
      () => {
        this.#saved = activity;
        this.#written = namespace;
        this.#warned = false;
      },
      (error: Error) => this.#warn(error),
    );
    await this.#saving;
    this.#saving = undefined;
    this.#write = undefined;
  }

  #saveAtExit(): void {
    this.#write?.abandon();
    // The namespace's other threads end too, whoever owns it.
    const pieces = this.#pieces(() => this.#host.isMainThread || this.#source.owns());
    if (pieces === undefined) return;
    try {
      writeSnapshotNow(this.#settings.path, pieces, this.#host.files);
    } catch (error) {
      this.#host.say(this.#complaint(error as Error));
    }
  }

  /** Once, until it has succeeded again. */
  #warn(error: Error): void {
    if (!this.#warned) this.#host.warn('SNAPSHOT_SAVE', this.#complaint(error));
    this.#warned = true;
  }

  #complaint(error: Error): string {
    return `the snapshot ${this.#settings.path} cannot be saved: ${error.message}`;
  }
}
