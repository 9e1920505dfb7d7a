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

/** The running Node, and Node 26 where its package could be installed. */
export function nodeBinaries(): NodeBinary[] {
  const running = binary(process.execPath);
  const path = installedAs('node-26');
  return path === undefined || running.major === 26 ? [running] : [running, binary(path)];
}
