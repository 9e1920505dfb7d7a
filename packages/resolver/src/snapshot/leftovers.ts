/** Names of unfinished snapshots, and the removal of those that will never be finished. */
import type { Files } from './files.ts';

const { basename, dirname, join } = process.getBuiltinModule('node:path');

/** Of whom nothing is known: a write takes seconds, on the slowest disk minutes. */
const OLD_MS = 3_600_000;
/** After the name of the snapshot and a dot: process, place, random. */
const TEMPORARY = /^(\d+)-([0-9a-f]{8})-[0-9a-f]{16}\.tmp$/;

/** A name that no other write has, in the same folder, since a rename does not cross file systems. */
export function temporaryName(path: string, { pid, place, random }: Files): string {
  return `${path}.${pid}-${place}-${random()}.tmp`;
}

/**
 * Removes what processes have left behind that were killed while they wrote. Files of running processes, of other
 * users and of unknown origin stay; so do, for an hour, those of other hosts and containers that share the folder.
 *
 * @param wallMs milliseconds since 1970
 */
export async function removeLeftovers(path: string, wallMs: number, files: Files): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const names = await files.fs.promises.readdir(folder).catch(() => []);
  for (const name of names) {
    const parts = name.startsWith(prefix) ? TEMPORARY.exec(name.slice(prefix.length)) : null;
    if (parts === null) continue;
    const pid = Number(parts[1]);
    const mayBeRunning = parts[2] !== files.place || pid === files.pid || files.isAlive(pid);
    removeIf(join(folder, name), mayBeRunning ? wallMs - OLD_MS : Infinity, files);
  }
}

/** Removes a plain file of ours that was last written before a moment. */
function removeIf(path: string, before: number, { fs, uid }: Files): void {
  try {
    const file = fs.lstatSync(path);
    if (file.isFile() && (uid === undefined || file.uid === uid) && file.mtimeMs < before)
      fs.unlinkSync(path);
  } catch {
    // Another process was quicker, or it is not ours to remove.
  }
}
