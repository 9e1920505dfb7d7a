import { median } from '../harness/statistics.ts';

/**
 * How long to go on: at least so many slices, and until so much time is used. What is measured first finds the code
 * interpreted, then compiled, then compiled better.
 */
interface Span {
  readonly leastSlices: number;
  readonly ms: number;
}

const warmUp: Span = { leastSlices: 4, ms: 50 };
const measured: Span = { leastSlices: 5, ms: 80 };

/**
 * CPU time of this process, in nanoseconds. What other programs take of the machine is not in it; what the threads take
 * that compile and collect garbage is.
 */
function usedNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function wallNs(): number {
  return performance.now() * 1e6;
}

/** What is measured. */
export interface Slice {
  /** How often it is run for one figure: so often that what it leaves behind is collected meanwhile. Default: once */
  readonly passes?: number;
  /** How many calls a pass makes. */
  readonly calls: number;
  /** Time as the caller sees it pass, instead of CPU time. */
  readonly wall?: boolean;
  /** Before each pass, not measured. */
  before?(): unknown;
  run(): unknown;
  /** After each pass, not measured. */
  after?(): unknown;
}

async function slices({ leastSlices, ms }: Span, slice: Slice): Promise<number[]> {
  const { passes = 1, calls, wall = false } = slice;
  const nowNs = wall ? wallNs : usedNs;
  const times: number[] = [];
  let totalNs = 0;
  while (times.length < leastSlices || totalNs < ms * 1e6) {
    let ns = 0;
    for (let pass = 0; pass < passes; pass += 1) {
      await slice.before?.();
      const start = nowNs();
      await slice.run();
      ns += nowNs() - start;
      await slice.after?.();
    }
    times.push(ns / (passes * calls));
    totalNs += ns;
  }
  return times;
}

/** Nanoseconds of one call: the median over slices, after a warm-up. */
export async function timeOf(slice: Slice): Promise<number> {
  await slices(warmUp, slice);
  return median(await slices(measured, slice));
}
