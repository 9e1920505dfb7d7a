/** A failover, second by second: what lookups took, who answered, who leads, and what happened. */

/** Counters that only grow. */
export interface Sources {
  /** Queries that a primary answered. */
  readonly primary: number;
  /** Queries that a fallback answered. */
  readonly fallback: number;
  /** Lookups that got an expired answer. */
  readonly stale: number;
}

const BAR_COLUMNS = 20;
const MARKS: readonly (readonly [keyof Sources, string])[] = [
  ['primary', '█'],
  ['fallback', '▒'],
  ['stale', '░'],
];
const HEADER = '    s  lookups  failed      p99  leads     answered by           what happened';
const LEGEND = `       ${MARKS.map(([source, mark]) => `${mark} ${source}`).join('   ')}   beside the cache`;

/** One second, while it lasts. */
class Second {
  readonly elapsedMs: number[] = [];
  readonly events: string[] = [];
  failed = 0;
}

export class Timeline {
  readonly #rows: string[] = [];
  #second = new Second();
  #before: Sources;

  constructor(sources: Sources) {
    this.#before = sources;
  }

  /** Lookups that ended. */
  ended(succeeded: boolean, elapsedMs: number): void {
    this.#second.elapsedMs.push(elapsedMs);
    if (!succeeded) this.#second.failed += 1;
  }

  happened(event: string): void {
    this.#second.events.push(event);
  }

  /** Ends a second. */
  turn(sources: Sources, lead: string): void {
    this.#rows.push(this.#row(sources, lead));
    this.#second = new Second();
    this.#before = sources;
  }

  /** Every second that has ended, and the one that lasts. */
  lines(sources: Sources, lead: string): string[] {
    return [LEGEND, HEADER, ...this.#rows, this.#row(sources, lead)];
  }

  /** Every second that has ended. */
  get endedLines(): string[] {
    return [LEGEND, HEADER, ...this.#rows];
  }

  #row(sources: Sources, lead: string): string {
    const { elapsedMs, failed, events } = this.#second;
    const p99 = percentile(elapsedMs, 0.99);
    const cells = [
      String(this.#rows.length + 1).padStart(5),
      String(elapsedMs.length).padStart(7),
      String(failed).padStart(6),
      (p99 === undefined ? '–' : `${p99.toFixed(p99 < 10 ? 1 : 0)} ms`).padStart(7),
      lead.padEnd(8),
      bar(this.#before, sources),
      events.join(', '),
    ];
    return cells.join('  ').trimEnd();
  }
}

/** Shares of what was counted since. */
function bar(before: Sources, now: Sources): string {
  const counts = MARKS.map(([source, mark]) => ({ mark, count: now[source] - before[source] }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  let text = '';
  let reached = 0;
  for (const { mark, count } of counts) {
    reached += count;
    const end = total === 0 ? 0 : Math.round((reached / total) * BAR_COLUMNS);
    text += mark.repeat(Math.max(end - text.length, 0));
  }
  return text.padEnd(BAR_COLUMNS);
}

function percentile(values: readonly number[], share: number): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.ceil(values.length * share) - 1];
}
