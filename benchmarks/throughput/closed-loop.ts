import { quantile } from '../harness/statistics.ts';

/** What `resolve4` and `lookup` call back: the addresses, or the first of them. */
export type Answered = (error: Error | null, found?: readonly string[] | string) => void;

/** What is asked, and how. */
export interface Load {
  /** Calls back later, once. */
  readonly ask: (name: string, answered: Answered) => void;
  /** One for each question. */
  readonly names: readonly string[];
  /** What every answer must be. */
  readonly address: string;
  /** How many are in flight at any time. */
  readonly concurrency: number;
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

/**
 * Keeps so many questions in flight until all have been asked and settled. Each has a place, which asks the next as soon
 * as it has an answer, with the same callback: what is measured is the resolver, not promises and closures around it.
 */
export async function closedLoop({ ask, names, address, concurrency }: Load): Promise<LoadResult> {
  const count = names.length;
  const latencies = new Float64Array(count);
  const settledAt = new Float64Array(count);
  let asked = 0;
  let settled = 0;
  let failures = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();

  function openPlace(done: () => void): void {
    let askedAt = start;
    const answered: Answered = (error, found) => {
      if (error !== null || (typeof found === 'string' ? found : found?.[0]) !== address) failures += 1;
      const now = performance.now();
      latencies[settled] = now - askedAt;
      settledAt[settled] = now;
      settled += 1;
      if (settled === count) done();
      askedAt = now;
      askNext();
    };
    const askNext = (): void => {
      const name = names[asked];
      if (name === undefined) return;
      asked += 1;
      ask(name, answered);
    };
    askNext();
  }

  await new Promise<void>((done) => {
    for (let place = 0; place < concurrency; place++) openPlace(done);
  });
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
