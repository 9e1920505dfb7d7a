import { readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** libuv's default. */
const poolSize = 4;
/** Jobs that show which threads the pool has, and of how many each does its share. */
const jobs = 4000;
/** A quarter of a fair share; the helpers of V8 sleep a few times meanwhile. */
const leastSleeps = jobs / poolSize / 4;

/** How often a thread went to sleep. */
function sleeps(id: string): number {
  const status = readFileSync(`/proc/self/task/${id}/status`, 'utf8');
  return Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1]);
}

function otherThreads(): string[] {
  return readdirSync('/proc/self/task').filter((id) => id !== `${process.pid}`);
}

/** The threads of libuv's pool, found by giving it work; Linux only. */
export async function poolThreads(): Promise<readonly string[]> {
  // Starts all of them.
  await Promise.all(Array.from({ length: 4 * poolSize }, () => stat('/')));
  const before = new Map(otherThreads().map((id) => [id, sleeps(id)]));
  for (let done = 0; done < jobs; done += poolSize) {
    await Promise.all(Array.from({ length: poolSize }, () => stat('/')));
  }
  const busy = [...before].filter(([id, count]) => sleeps(id) - count >= leastSleeps).map(([id]) => id);
  if (busy.length !== poolSize) {
    throw new Error(`${busy.length} threads worked, not the ${poolSize} of libuv's pool`);
  }
  return busy;
}

/** How often these threads went to sleep: at least once for each job that woke one. */
export function sleepsOf(threads: readonly string[]): number {
  return threads.reduce((sum, id) => sum + sleeps(id), 0);
}
