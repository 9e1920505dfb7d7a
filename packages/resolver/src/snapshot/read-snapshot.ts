/** Reads a snapshot, if it can be trusted: what is in it will be connected to. */
import type { Stats } from 'node:fs';
import type { Files, FileSystem } from './files.ts';
import { parseSnapshot, type Snapshot } from './format.ts';

const { Buffer } = process.getBuiltinModule('node:buffer');
const { constants } = process.getBuiltinModule('node:fs');

/** What is to be moved aside. */
export interface DamagedFile {
  readonly reason: string;
  readonly file: Stats;
}

export type ReadResult =
  | { readonly kind: 'absent' }
  /** Not to be trusted, or not to be read; it stays where it is. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | ({ readonly kind: 'damaged' } & DamagedFile)
  | { readonly kind: 'good'; readonly snapshot: Snapshot };

const WRITABLE_BY_OTHERS = 0o022;
/** Undefined on Windows. Without O_NONBLOCK, opening a pipe would wait for who writes into it. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const SYMBOLIC_LINK = 'it is a symbolic link';

/** @param maxOctets larger ones are ignored */
export function readSnapshot(path: string, maxOctets: number, files: Files): ReadResult {
  const { fs } = files;
  let descriptor: number;
  try {
    // Where opening cannot refuse links, this look before it does.
    if (constants.O_NOFOLLOW === undefined && fs.lstatSync(path).isSymbolicLink()) {
      return { kind: 'ignored', reason: SYMBOLIC_LINK };
    }
    descriptor = fs.openSync(path, OPEN_FLAGS);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'absent' };
    // EMLINK: FreeBSD.
    const link = code === 'ELOOP' || code === 'EMLINK';
    return { kind: 'ignored', reason: link ? SYMBOLIC_LINK : message };
  }
  try {
    const file = fs.fstatSync(descriptor);
    const reason = whyNotTrusted(file, maxOctets, files.uid);
    if (reason !== undefined) return { kind: 'ignored', reason };
    const snapshot = parseSnapshot(readAll(fs, descriptor, file.size));
    return typeof snapshot === 'string'
      ? { kind: 'damaged', reason: snapshot, file }
      : { kind: 'good', snapshot };
  } catch (error) {
    return { kind: 'ignored', reason: (error as Error).message };
  } finally {
    fs.closeSync(descriptor);
  }
}

function whyNotTrusted(file: Stats, maxOctets: number, uid: number | undefined): string | undefined {
  if (!file.isFile()) return 'it is no plain file';
  if (uid !== undefined) {
    if (file.uid !== uid) return `it belongs to user ${file.uid}, not to this process's user ${uid}`;
    if ((file.mode & WRITABLE_BY_OTHERS) !== 0) {
      return `others may write it (mode ${(file.mode & 0o777).toString(8)})`;
    }
  }
  if (file.size > maxOctets) return `it is larger than ${maxOctets} octets`;
  return undefined;
}

function readAll(fs: FileSystem, descriptor: number, size: number): Uint8Array {
  const octets = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const read = fs.readSync(descriptor, octets, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return octets.subarray(0, length);
}

/**
 * Moves a damaged snapshot out of the way, unless another process has put a new one in its place meanwhile.
 *
 * @returns where it is now
 */
export function moveAside(path: string, file: Stats, suffix: string, { fs }: Files): string {
  const now = fs.lstatSync(path);
  if (now.ino !== file.ino || now.dev !== file.dev) return path;
  const aside = `${path}.damaged-${suffix}`;
  fs.renameSync(path, aside);
  return aside;
}
