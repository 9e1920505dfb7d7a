/** What keeping a snapshot takes from the file system and the process; tests put others in their place. */
import type nodeFs from 'node:fs';
import { crc32 } from './crc32.ts';

const { Buffer } = process.getBuiltinModule('node:buffer');
const fs = process.getBuiltinModule('node:fs');

export type FileSystem = Pick<
  typeof nodeFs,
  | 'closeSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'lstatSync'
  | 'openSync'
  | 'readSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'writeSync'
> & { readonly promises: Pick<typeof nodeFs.promises, 'open' | 'readdir' | 'rename'> };

export interface Files {
  readonly fs: FileSystem;
  readonly pid: number;
  /** User whose files are trusted; undefined where the system has no such numbers (Windows). */
  readonly uid: number | undefined;
  /** Eight hexadecimal digits for where process ids mean what they mean here. */
  readonly place: string;
  /** Sixteen hexadecimal digits that nobody can guess. */
  random(): string;
  /** Whether a process of this place is running. */
  isAlive(pid: number): boolean;
}

/** A host, and on Linux the namespace of process ids in it: containers that share a volume have each a process 1. */
function place(): string {
  let namespace = '';
  try {
    namespace = fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    // No Linux, or no procfs.
  }
  const text = new TextEncoder().encode(`${process.getBuiltinModule('node:os').hostname()} ${namespace}`);
  return crc32(text).toString(16).padStart(8, '0');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Opens nothing and reads one link. */
export function systemFiles(): Files {
  return {
    fs,
    pid: process.pid,
    uid: process.geteuid?.(),
    place: place(),
    // Of the global object, which loads it when it is first asked for it.
    random: () => Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    isAlive,
  };
}
