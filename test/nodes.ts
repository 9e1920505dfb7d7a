import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A Node.js that can be run here. */
export interface Node {
  /** Major version. */
  readonly major: number;
  /** As `process.version` says it. */
  readonly version: string;
  readonly path: string;
}

const majors = [20, 22, 24, 26];

function installed(major: number): Node | undefined {
  const require = createRequire(import.meta.url);
  let path: string;
  try {
    path = join(dirname(require.resolve(`node-${major}/package.json`)), 'bin', 'node');
  } catch {
    // An optional dependency that does not exist for this platform.
    return undefined;
  }
  return { major, path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
}

function running(): Node {
  return {
    major: Number(process.versions.node.split('.')[0]),
    path: process.execPath,
    version: process.version,
  };
}

const found = majors.map(installed).filter((node) => node !== undefined);

/** Every version that is supported and installed; the running one where none could be installed. */
export const nodes: readonly Node[] = found.length > 0 ? found : [running()];

if (found.length < majors.length) {
  const missing = majors.filter((major) => !found.some((node) => node.major === major));
  console.warn(`not tested on Node ${missing.join(', ')}: not installable on this platform`);
}
