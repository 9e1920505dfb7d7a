import { readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);
const locks = [
  'Cargo.lock',
  'benchmarks/wire/c-ares/Cargo.lock',
  'benchmarks/throughput/hickory/Cargo.lock',
  'benchmarks/micro/call-floor/Cargo.lock',
];

function crateVersion(name: string): string | undefined {
  for (const path of locks) {
    const lock = readFileSync(new URL(path, root), 'utf8');
    const found = lock.split(`\n[[package]]\nname = "${name}"\nversion = "`)[1];
    if (found !== undefined) return found.slice(0, found.indexOf('"'));
  }
  return undefined;
}

/** The version of a package or crate that benchmarks run beside us. Packages are pinned exactly, crates are locked. */
export function opponentVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(new URL('benchmarks/package.json', root), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const version = manifest.devDependencies[name] ?? crateVersion(name);
  if (version === undefined) throw new Error(`no package and no crate is called ${name}`);
  return version;
}
