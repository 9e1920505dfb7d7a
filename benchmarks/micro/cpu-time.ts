import { median } from '../harness/statistics.ts';

/**
 * How long to go on: at least so many slices, and until so much CPU time is used. What is measured first finds the code
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

/** What is measured. */
export interface Slice {
  /** How often it is run for one figure: so often that what it leaves behind is collected meanwhile. Default: once */
  readonly passes?: number;
  /** How many calls a pass makes. */
  readonly calls: number;
  /** Before each pass, not measured. */
  before?(): unknown;
  run(): unknown;
  /** After each pass, not measured. */
  after?(): unknown;
}

async function slices({ leastSlices, ms }: Span, slice: Slice): Promise<number[]> {
  const { passes = 1, calls } = slice;
  const times: number[] = [];
  let totalNs = 0;
  while (times.length < leastSlices || totalNs < ms * 1e6) {
    let ns = 0;
    for (let pass = 0; pass < passes; pass += 1) {
      await slice.before?.();
      const start = usedNs();
      await slice.run();
      ns += usedNs() - start;
      await slice.after?.();
    }
    times.push(ns / (passes * calls));
    totalNs += ns;
  }
  return times;
}

/** CPU nanoseconds of one call: the median over slices, after a warm-up. */
export async function cpuTimeOf(slice: Slice): Promise<number> {
  await slices(warmUp, slice);
  return median(await slices(measured, slice));
}
