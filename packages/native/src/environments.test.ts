import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeStats } from './binding.ts';
import { loadBinding } from './load.ts';
import { ipv4, type Responder, startResponder } from './test-support/dns-responder.ts';
import { TestPort } from './test-support/port.mjs';

const binding = loadBinding();
let server: Responder;

beforeAll(async () => {
  server = await startResponder(({ name }) => (name.startsWith('silent') ? undefined : [ipv4(192, 0, 2, 1)]));
});

afterAll(() => server.close());

function startWorker(task: string, count: number): Worker {
  return new Worker(new URL('test-support/worker.mjs', import.meta.url), {
    workerData: { task, serverPort: server.port, count },
  });
}

function statsOf(handle: number): NativeStats {
  return JSON.parse(binding.stats(handle)) as NativeStats;
}

interface Outcome {
  readonly status: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs a task of test-support/program.mjs to its end. */
function runProgram(task: string): Promise<Outcome> {
  const program = fileURLToPath(new URL('test-support/program.mjs', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [program, task, String(server.port)], (error, output, errors) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, lines: output.split('\n').slice(0, -1), errors });
    });
  });
}

describe('workers', () => {
  it('are terminated by the dozen while they wait or are being answered', { timeout: 60_000 }, async () => {
    const port = new TestPort(binding);
    const handle = port.open(server.port, { namespace: 'survivor' });
    expect(await port.lookup(handle, 'before.example', 1)).toMatchObject({ status: 0 });
    const waiters = (): number => statsOf(handle).waiters;

    for (let round = 0; round < 5; round++) {
      const workers = Array.from({ length: 10 }, (_, index) =>
        startWorker(index % 2 === 0 ? 'wait' : 'ask', 20),
      );
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      await expect.poll(waiters).toBeGreaterThanOrEqual(100);
      await Promise.all(workers.map((worker) => worker.terminate()));
    }

    // An answer means that the I/O thread has read what came before, the end of the environments.
    expect(await port.lookup(handle, 'after.example', 1)).toMatchObject({ status: 0 });
    expect(waiters()).toBe(0);
    binding.close(handle);
  });

  it.runIf(process.platform === 'linux')('leave no descriptor behind', { timeout: 60_000 }, async () => {
    const handle = new TestPort(binding).open(server.port);
    /** Descriptors beside those of the pool, which has its own bounds. */
    const round = async (): Promise<number> => {
      const workers = Array.from({ length: 10 }, () => startWorker('wait', 1));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      await Promise.all(workers.map((worker) => worker.terminate()));
      return readdirSync('/proc/self/fd').length - statsOf(handle).sockets;
    };
    const before = await round();
    const after: number[] = [];
    for (let rounds = 0; rounds < 3; rounds++) after.push(await round());
    // Sockets come and go between the two counts; a leak of one a worker would grow by 10 a round.
    expect(Math.min(...after)).toBeLessThan(before + 10);
    binding.close(handle);
  });

  it('may leave by process.exit while answers are on their way', async () => {
    const worker = startWorker('exit', 200);
    expect(await once(worker, 'exit')).toEqual([3]);
  });

  it('end by themselves when nothing is pending', async () => {
    const worker = startWorker('once', 1);
    const [[record], [status]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    expect(record).toMatchObject({ addresses: ['192.0.2.1'] });
    expect(status).toBe(0);
  });
});

describe('a program', () => {
  it('ends when nothing is pending', async () => {
    expect(await runProgram('idle')).toEqual({ status: 0, lines: ['192.0.2.1', 'idle'], errors: '' });
  });

  it('lives as long as a lookup is pending', async () => {
    expect(await runProgram('alive')).toEqual({ status: 0, lines: ['192.0.2.1'], errors: '' });
  });

  it('leaves by process.exit at any moment', async () => {
    expect(await runProgram('exit')).toEqual({ status: 7, lines: [], errors: '' });
    expect(await runProgram('exitInDelivery')).toEqual({ status: 7, lines: [], errors: '' });
  });

  it('sees what a delivery throws as an uncaught exception, and the deliveries after it', async () => {
    expect(await runProgram('throwing')).toEqual({
      status: 0,
      lines: ['192.0.2.1', 'uncaughtException: second', '192.0.2.1', '192.0.2.1'],
      errors: '',
    });
    const { status, errors } = await runProgram('throwingUnhandled');
    expect(status).toBe(1);
    expect(errors).toContain('Error: nobody catches this');
  });

  it('loads the addon in a worker first, and itself when that worker has ended', async () => {
    expect(await runProgram('workerFirst')).toEqual({
      status: 0,
      lines: ['192.0.2.1', '192.0.2.1'],
      errors: '',
    });
  });

  it('forks, and clusters', async () => {
    expect(await runProgram('fork')).toEqual({
      status: 0,
      lines: ['192.0.2.1', '192.0.2.1', 'idle', 'child 0', '192.0.2.1'],
      errors: '',
    });
    const { status, lines } = await runProgram('cluster');
    expect({ status, lines }).toEqual({ status: 0, lines: ['192.0.2.1', '192.0.2.1', 'worker 0'] });
  });
});
