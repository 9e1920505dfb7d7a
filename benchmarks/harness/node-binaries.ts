import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A Node to run cases on. */
export interface NodeBinary {
  readonly path: string;
  /** As `process.version` gives it. */
  readonly version: string;
  readonly major: number;
  /** Version of the c-ares in it, by which `dns.resolve*` resolves. */
  readonly cares: string;
}

const require = createRequire(import.meta.url);

function binary(path: string): NodeBinary {
  const script = 'console.log(process.version, process.versions.ares)';
  const [version = '', cares = ''] = execFileSync(path, ['-e', script], { encoding: 'utf8' })
    .trim()
    .split(' ');
  return { path, version, major: Number.parseInt(version.slice(1), 10), cares };
}

function installedAs(alias: string): string | undefined {
  try {
    return join(dirname(require.resolve(`${alias}/package.json`)), 'bin', 'node');
  } catch {
    // An optional dependency: there is none for this platform.
    return undefined;
  }
}

/**
 * Node 20 and Node 26 where their packages could be installed, else the running Node. Which one runs is no choice: pnpm puts
 * the packages' own `node` first in the path.
 */
export function nodeBinaries(): NodeBinary[] {
  const installed = ['node-20', 'node-26'].map(installedAs).filter((path) => path !== undefined);
  return (installed.length > 0 ? installed : [process.execPath]).map(binary);
}
