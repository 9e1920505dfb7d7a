/**
 * Writes a snapshot so that its path always holds a whole one: into a file beside it that nobody else can have made, to
 * the disk, and then in its place.
 */
import type { Files } from './files.ts';
import { temporaryName } from './leftovers.ts';

const { constants } = process.getBuiltinModule('node:fs');

const OPEN_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
/** Which hosts a process talks to is nobody else's business. */
const MODE = 0o600;

/** A write that other work goes on beside. */
export class SnapshotWrite {
  readonly #path: string;
  readonly #temporary: string;
  readonly #files: Files;
  #abandoned = false;

  constructor(path: string, files: Files) {
    this.#path = path;
    this.#temporary = temporaryName(path, files);
    this.#files = files;
  }

  /**
   * @param pieces taken one by one, with turns of the event loop between them
   * @throws what the file system says; nothing is left behind then
   */
  async run(pieces: Iterable<Uint8Array>): Promise<void> {
    const { open, rename } = this.#files.fs.promises;
    const file = await open(this.#temporary, OPEN_FLAGS, MODE);
    try {
      try {
        for (const piece of pieces) {
          if (this.#abandoned) return;
          await file.writeFile(piece);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      if (!this.#abandoned) await rename(this.#temporary, this.#path);
    } catch (error) {
      this.#remove();
      throw error;
    }
  }

  /** Leaves it unfinished, and nothing behind. */
  abandon(): void {
    this.#abandoned = true;
    this.#remove();
  }

  #remove(): void {
    try {
      this.#files.fs.unlinkSync(this.#temporary);
    } catch {
      // It is not there, or its folder has gone.
    }
  }
}

/**
 * Writes at once, for when there will be no other turn of the event loop.
 *
 * @throws what the file system says; nothing is left behind then
 */
export function writeSnapshotNow(path: string, pieces: Iterable<Uint8Array>, files: Files): void {
  const { fs } = files;
  const temporary = temporaryName(path, files);
  const descriptor = fs.openSync(temporary, OPEN_FLAGS, MODE);
  try {
    try {
      for (const piece of pieces) {
        for (let at = 0; at < piece.length;) at += fs.writeSync(descriptor, piece, at);
      }
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.unlinkSync(temporary);
    throw error;
  }
}
