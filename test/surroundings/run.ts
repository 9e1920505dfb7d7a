import { execFile } from 'node:child_process';
import type { Node } from '../nodes.ts';

/** How a program ended, and what it wrote. */
export interface Run {
  /** Exit status, or the signal's name. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that has not ended by then never will. */
const TOO_LONG_MS = 40_000;

/** Runs a program to its end. */
export function run(node: Node, args: readonly string[], options: RunOptions): Promise<Run> {
  // NODE_PATH is pnpm's: with it, a program would find packages that its project does not have.
  const { NODE_OPTIONS: _, DOUBAO_RESOLVER: __, NODE_PATH: ___, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      node.path,
      args,
      {
        cwd: options.cwd,
        env: { ...inherited, NO_COLOR: '1', ...options.env },
        timeout: TOO_LONG_MS,
        killSignal: 'SIGKILL',
      },
      (error, stdout, stderr) => {
        const status =
          error === null ? 0 : (error.signal ?? (error.code as number | string | undefined) ?? 'unknown');
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** The last line that a program printed, which is JSON. Throws with everything it wrote if it failed. */
export async function report<T>(node: Node, args: readonly string[], options: RunOptions): Promise<T> {
  const { status, stdout, stderr } = await run(node, args, options);
  if (status !== 0) throw new Error(`ended with ${status}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}
