import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));
const programs = fileURLToPath(new URL('./programs/', import.meta.url));
const require = createRequire(import.meta.url);

/** A project of somebody else's, in a temporary folder. */
export interface Project extends Disposable {
  readonly folder: string;
  /** @returns its path */
  write(path: string, content: string): string;
  /** Copies a program from `programs` to that path in the project. @returns its path */
  program(path: string): string;
  /** Makes a package of our own `node_modules` resolvable. */
  link(name: string): void;
}

/**
 * @param holders folders in it that get copies of the built packages in a `node_modules` of their own, as `npm
 *   install` would put them there; the addons are copies too, so that each is a library of its own for the system
 */
export function createProject(holders: readonly string[] = ['.']): Project {
  const folder = mkdtempSync(join(tmpdir(), 'resolver-project-'));
  writeFileSync(join(folder, 'package.json'), '{"name":"project","private":true}');
  for (const holder of holders) installPackages(join(folder, holder, 'node_modules'));
  return {
    folder,
    write(path, content) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    program(path) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      cpSync(join(programs, basename(path)), file);
      return file;
    },
    link(name) {
      const target = join(folder, 'node_modules', name);
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(packageFolder(name), target);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, maxRetries: 3 }),
  };
}

/** Where a package is that the tests depend on. */
export function packageFolder(name: string): string {
  const [found] = (require.resolve.paths(name) ?? [])
    .map((path) => join(path, name, 'package.json'))
    .filter((manifest) => {
      try {
        readFileSync(manifest);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error(`${name} is not installed`);
  return dirname(found);
}

function installPackages(modules: string): void {
  for (const [name, source] of [
    ['resolver', 'resolver'],
    ['resolver-doh', 'doh'],
    ['resolver-health', 'health'],
    ['resolver-native', 'native'],
  ] as const) {
    const from = join(packages, source);
    const to = join(modules, '@doubao', name);
    mkdirSync(to, { recursive: true });
    const wanted = (path: string): boolean => !path.includes(join('dist', 'types'));
    cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter: wanted });
    cpSync(join(from, 'package.json'), join(to, 'package.json'));
  }
  for (const name of ['dns-packet', 'undici']) {
    symlinkSync(join(packages, 'doh/node_modules', name), join(modules, name));
  }
  const built = join(packages, 'native');
  for (const addon of readdirSync(built).filter((name) => name.endsWith('.node'))) {
    cpSync(join(built, addon), join(modules, '@doubao', 'resolver-native', addon));
  }
}
