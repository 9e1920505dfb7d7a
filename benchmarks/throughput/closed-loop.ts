import { quantile } from '../harness/statistics.ts';

/** What is asked, and how. */
export interface Load {
  /** Asks for the n-th name; rejects if there is no answer. */
  ask(index: number): Promise<unknown>;
  /** How many are in flight at any time. */
  readonly concurrency: number;
  readonly count: number;
}

/** What became of the load. */
export interface LoadResult {
  /** Settled per second, from the first question to the last answer, slow ones and failures included. */
  readonly rate: number;
  /** The same until 99 % had settled: without the tail of those that waited for a retry. */
  readonly rateOf99: number;
  /** CPU of the whole process for each, in microseconds. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

const mostOf = 0.99;

/** Keeps so many questions in flight until all have been asked and settled; the first is question `from`. */
export async function closedLoop({ ask, concurrency, count }: Load, from: number): Promise<LoadResult> {
  const latencies = new Float64Array(count);
  const settledAt = new Float64Array(count);
  let asked = 0;
  let settled = 0;
  let failures = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();

  async function worker(): Promise<void> {
    while (asked < count) {
      const index = asked;
      asked += 1;
      const askedAt = performance.now();
      try {
        await ask(from + index);
      } catch {
        failures += 1;
      }
      const now = performance.now();
      latencies[settled] = now - askedAt;
      settledAt[settled] = now;
      settled += 1;
    }
  }

  await Promise.all(Array.from({ length: concurrency }, worker));
  const cpu = process.cpuUsage(cpuBefore);
  const most = Math.floor(count * mostOf);
  latencies.sort();
  return {
    rate: (count / ((settledAt[count - 1] ?? start) - start)) * 1000,
    rateOf99: (most / ((settledAt[most - 1] ?? start) - start)) * 1000,
    cpu: (cpu.user + cpu.system) / count,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    failures,
  };
}
