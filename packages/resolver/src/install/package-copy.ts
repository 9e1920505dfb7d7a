/** What tells this copy of the package from others in the same process. */
import { systemClock } from '../runtime/captured.ts';
import { type PackageCopy, registry } from './registry.ts';

const { fileURLToPath } = process.getBuiltinModule('node:url');

/** package.json's. */
export const VERSION = '0.1.0';

/** The folder of this copy. A bundler that makes CommonJS leaves `import.meta` empty. */
function folder(): string {
  const here = import.meta.url as string | undefined;
  return here === undefined ? process.cwd() : fileURLToPath(new URL('..', here));
}

/** By then this copy has looked something up, and keeps the cache that it shares with older ones alive. */
const RELEASE_AFTER_MS = 1000;

/**
 * Makes this copy known to the others of this thread. Copies that were loaded from the same files before, by a module
 * registry that has been reset since, are told to let go of what they hold.
 *
 * @param release true if this copy has let go of everything; false if it is in use
 * @param again after it has let go: others are left alone then, or two that are in use would take turns
 */
export function announceCopy(addon: string, release: () => boolean, again: boolean): void {
  const copy = { version: VERSION, path: folder(), addon };
  const { copies, releases } = registry();
  const key = JSON.stringify(copy);
  const older = releases.get(key);
  if (older === undefined) copies.push(copy);
  else if (!again) systemClock.after(RELEASE_AFTER_MS, () => releaseAll(key, older), false);
  releases.set(key, [...(older ?? []), release]);
}

function releaseAll(key: string, older: readonly (() => boolean)[]): void {
  const released = new Set(older.filter((each) => each()));
  const { releases } = registry();
  releases.set(
    key,
    (releases.get(key) ?? []).filter((each) => !released.has(each)),
  );
}

/** All that have opened a resolver in this thread, in the order in which they did. */
export function knownCopies(): readonly PackageCopy[] {
  return [...registry().copies];
}
