import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream';
import type { Service } from './door.ts';

/** A service that is another process. */
export interface DaemonService extends AsyncDisposable {
  readonly service: Service;
}

/** A server in the foreground. */
export interface DaemonOptions {
  readonly path: string;
  readonly args: readonly string[];
  /** Path of the Unix socket that it listens on. */
  readonly socket: string;
  /** What it prints once it takes connections. */
  readonly startedText: string;
  /** What ends it at once. */
  readonly endSignal: NodeJS.Signals;
  /** Who runs it. Default: this process's user */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** What stands for a server that is not installed. It says so. */
export function standInFor(title: string, debianPackage: string, service: Service): DaemonService {
  process.stderr.write(
    `A stand-in answers for ${title}: not installed (Debian: apt-get install ${debianPackage})\n`,
  );
  return { service, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Path of a program on PATH or in `folders`. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const all = [...(process.env['PATH'] ?? '').split(delimiter), ...folders].filter((folder) => folder !== '');
  return all
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

/** Starts a server; rejects with what it printed if it ends instead. */
export async function startDaemon(options: DaemonOptions): Promise<DaemonService> {
  const { path, args, socket, startedText, endSignal, user = {} } = options;
  // The kernel ends it with a test runner that is killed.
  const setpriv = findProgram('setpriv');
  const command = setpriv === undefined ? [] : [setpriv, '--pdeathsig', endSignal.replace('SIG', '')];
  const [file = path, ...rest] = [...command, path, ...args];
  const child = spawn(file, rest, { ...user, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await once(child, 'spawn');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes(startedText)) resolve();
      });
    }
    void ended.then(() => reject(new Error(`${path} ended:\n${output}`)));
  });
  return {
    service: behindUnixSocket(socket),
    [Symbol.asyncDispose]: async () => {
      child.kill(endSignal);
      await ended;
    },
  };
}

/** Hands connections on. */
function behindUnixSocket(path: string): Service {
  return (socket) => {
    const inner = connect(path);
    // Either end may leave first: pg leaves without waiting for an answer.
    pipeline(socket, inner, () => undefined);
    pipeline(inner, socket, () => undefined);
  };
}
