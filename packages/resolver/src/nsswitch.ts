/** What `/etc/nsswitch.conf` says about host names. */
import { readFileSync } from 'node:fs';

/** Modules whose work this package does itself. */
const OWN_MODULES: ReadonlySet<string> = new Set(['files', 'dns', 'resolve', 'myhostname']);

/**
 * Whether getaddrinfo may know names that neither the hosts file nor DNS has.
 *
 * @param text of nsswitch.conf
 */
export function listsOtherModules(text: string): boolean {
  const line = /^[ \t]*hosts:([^#\n]*)/m.exec(text);
  if (line === null) return false;
  const modules = (line[1] as string).replaceAll(/\[[^\]]*\]/g, ' ').split(/\s+/);
  return modules.some((module) => module !== '' && !OWN_MODULES.has(module));
}

/** Reads the file of this machine; where there is none, or it cannot be read, there are no other modules. */
export function systemHasOtherModules(path: string = '/etc/nsswitch.conf'): boolean {
  try {
    return listsOtherModules(readFileSync(path, 'latin1'));
  } catch {
    return false;
  }
}
