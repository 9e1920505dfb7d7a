import { execFileSync } from 'node:child_process';
import type { ProgramRun } from './run-program.ts';

/** Where getaddrinfo can find a server: resolv.conf has no ports. Free on a machine with a local stub, too. */
export const getaddrinfoServer = { address: '127.88.0.1', port: 53 } as const;

/** Whether this process may have a mount namespace of its own and listen on port 53. */
export function canReplaceResolvConf(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** The same run with another resolv.conf, which no other process sees. */
export function withResolvConf(path: string, { command, args, env }: ProgramRun): ProgramRun {
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  const wrapped = ['--mount', 'sh', '-c', script, path, command, ...args];
  return { command: 'unshare', args: wrapped, ...(env === undefined ? {} : { env }) };
}

/** The same run with another resolv.conf and a network of its own, in which there is only loopback. */
export function inOwnNetwork(path: string, { command, args, env }: ProgramRun): ProgramRun {
  const script = 'mount --bind "$0" /etc/resolv.conf && ip link set lo up && exec "$@"';
  const wrapped = ['--mount', '--net', 'sh', '-c', script, path, command, ...args];
  return { command: 'unshare', args: wrapped, ...(env === undefined ? {} : { env }) };
}
