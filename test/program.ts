import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Node } from './nodes.ts';

/** How a program ended. */
export interface Ending {
  /** Exit status, or the signal's name. */
  readonly status: number | string;
  readonly stderr: string;
}

/** A program of a test, running in a process of its own on one Node.js, with messages to and from the test. */
export interface Running extends Disposable {
  /** Resolves with the next message not taken yet; rejects if the program ends before. */
  message(): Promise<unknown>;
  send(message: object): void;
  readonly ended: Promise<Ending>;
}

/** Where and with what a program runs. */
export interface ProgramOptions {
  /** Given as JSON in the first argument. */
  readonly input?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

const setpriv = '/usr/bin/setpriv';

/** Starts `file`, a URL beside the test. The program is killed if the test ends first. */
export function startProgram(node: Node, file: URL, options: ProgramOptions = {}): Running {
  const command = [
    node.path,
    ...(options.execArgv ?? []),
    fileURLToPath(file),
    JSON.stringify(options.input ?? {}),
  ];
  // Where it can be had, the kernel ends the program with the test, should that be killed.
  const [program = '', ...args] = existsSync(setpriv)
    ? [setpriv, '--pdeathsig', 'KILL', ...command]
    : command;
  const child = spawn(program, args, {
    // `--import @doubao/resolver/register` is resolved from there.
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const taken: unknown[] = [];
  const takers: { resolve: (message: unknown) => void; reject: (error: Error) => void }[] = [];
  child.on('message', (message) => {
    const taker = takers.shift();
    if (taker === undefined) taken.push(message);
    else taker.resolve(message);
  });
  const ended = ending(child);
  void ended.then(({ status, stderr }) => {
    for (const taker of takers) taker.reject(new Error(`ended with ${status}\n${stderr}`));
    takers.length = 0;
  });
  return {
    ended,
    send: (message) => void child.send(message),
    message: () =>
      taken.length > 0
        ? Promise.resolve(taken.shift())
        : new Promise((resolve, reject) => {
            if (child.exitCode !== null || child.signalCode !== null) {
              void ended.then(({ status, stderr }) => reject(new Error(`ended with ${status}\n${stderr}`)));
            } else takers.push({ resolve, reject });
          }),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

/** Runs `file` to its end and returns its one message. Throws if it fails. */
export async function runProgram(node: Node, file: URL, options: ProgramOptions = {}): Promise<unknown> {
  const program = startProgram(node, file, options);
  try {
    const message = await program.message();
    const { status, stderr } = await program.ended;
    if (status !== 0) throw new Error(`ended with ${status}\n${stderr}`);
    return message;
  } finally {
    program[Symbol.dispose]();
  }
}

async function ending(child: ChildProcess): Promise<Ending> {
  let stderr = '';
  const collect = (stream: Readable | null): void => {
    stream?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  };
  collect(child.stderr);
  collect(child.stdout);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { status: code ?? signal ?? 'unknown', stderr };
}
