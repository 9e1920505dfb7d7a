import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A Node to run cases on. */
export interface NodeBinary {
  readonly path: string;
  /** As `process.version` gives it. */
  readonly version: string;
  readonly major: number;
}

const require = createRequire(import.meta.url);

function binary(path: string): NodeBinary {
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  return { path, version, major: Number.parseInt(version.slice(1), 10) };
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
