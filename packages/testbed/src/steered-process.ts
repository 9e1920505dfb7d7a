import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line of JSON that the process printed. */
export type Reply = Readonly<Record<string, unknown>>;

/** A process that answers each line on its standard input with one line of JSON, in order. */
export interface SteeredProcess {
  /** Its first line. */
  readonly ready: Reply;
  /** Sends one line and resolves with the answer. Rejects if the process refused it or has ended. */
  ask(line: string): Promise<Reply>;
  /** Ends its standard input and waits until the process has ended. */
  close(): Promise<void>;
}

interface Waiter {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a process and waits for its first line; rejects with what it printed on standard error if it ends before. */
export async function startSteeredProcess(command: string, args: readonly string[]): Promise<SteeredProcess> {
  const child = spawn(command, args, { stdio: 'pipe' });
  const ended = once(child, 'close');
  const waiters: Waiter[] = [];
  let errors = '';
  let isOver = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // A command sent to a process that has just ended is reported by its end.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as Reply;
    const waiter = waiters.shift();
    if (reply['event'] === 'refused') waiter?.reject(new Error(String(reply['message'])));
    else waiter?.resolve(reply);
  });
  const onEnd = (): void => {
    isOver = true;
    for (const waiter of waiters.splice(0)) waiter.reject(new Error(errors.trim() || `${command} has ended`));
  };
  const reply = (): Promise<Reply> =>
    new Promise((resolve, reject) => {
      if (isOver) reject(new Error(`${command} has ended`));
      else waiters.push({ resolve, reject });
    });
  const first = reply();
  ended.then(onEnd, (error: Error) => {
    errors = error.message;
    onEnd();
  });
  const ready = await first;
  return {
    ready,
    ask(line) {
      const answer = reply();
      child.stdin.write(`${line}\n`);
      return answer;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
