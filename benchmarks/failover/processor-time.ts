/** Time of all processors since boot, in ticks. */
export interface ProcessorTime {
  readonly total: number;
  readonly idle: number;
}

/** Reads the content of `/proc/stat`. */
export function parseProcessorTime(stat: string): ProcessorTime {
  const [name, ...ticks] = (stat.split('\n', 1)[0] ?? '').split(/\s+/);
  if (name !== 'cpu') throw new Error('no processor time');
  // The first eight: time of guests, which follows, is in that of users already.
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...others] = ticks.slice(0, 8).map(Number);
  const busy = user + nice + system + others.reduce((sum, one) => sum + one, 0);
  return { total: busy + idle + waiting, idle: idle + waiting };
}

/** Share of all processors that was in use between two moments, in percent. */
export function busyShare(before: ProcessorTime, after: ProcessorTime): number {
  const total = after.total - before.total;
  return total === 0 ? 0 : (1 - (after.idle - before.idle) / total) * 100;
}
