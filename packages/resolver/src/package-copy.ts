/** What tells this copy of the package from others in the same process. */
import { fileURLToPath } from 'node:url';
import { type PackageCopy, registry } from './registry.ts';

/** package.json's. */
export const VERSION = '0.1.0';

/** The folder of this copy. A bundler that makes CommonJS leaves `import.meta` empty. */
function folder(): string {
  const here = import.meta.url as string | undefined;
  return here === undefined ? process.cwd() : fileURLToPath(new URL('..', here));
}

/** Makes this copy known to the others of this thread. */
export function announceCopy(addon: string): void {
  registry().copies.push({ version: VERSION, path: folder(), addon });
}

/** All that have opened a resolver in this thread, in the order in which they did. */
export function knownCopies(): readonly PackageCopy[] {
  return [...registry().copies];
}
