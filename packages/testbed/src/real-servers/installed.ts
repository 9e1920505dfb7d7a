import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A name server that this package can start. */
export type ServerProgram = 'nsd' | 'named' | 'unbound' | 'dnsdist';

const debianPackages: Record<ServerProgram, string> = {
  nsd: 'nsd',
  named: 'bind9',
  unbound: 'unbound',
  dnsdist: 'dnsdist',
};

// Debian keeps daemons where an ordinary user's PATH does not look.
const daemonFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Path of an executable on PATH or among the system's daemons. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...daemonFolders];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Why `program` cannot be started here, with the remedy; undefined if it can. */
export function whyUnavailable(program: ServerProgram): string | undefined {
  if (findProgram(program) !== undefined) return undefined;
  return `${program} is not installed (Debian: apt-get install ${debianPackages[program]})`;
}

/** Whether `program` is installed. If not, the reason is printed, so that a skipped test is not silent. */
export function available(program: ServerProgram): boolean {
  const reason = whyUnavailable(program);
  if (reason !== undefined) process.stderr.write(`Skipped: ${reason}\n`);
  return reason === undefined;
}
