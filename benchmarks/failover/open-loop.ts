/** Starts lookups at times given beforehand and notes what became of each. */

/** How a lookup ended. */
export const Outcome = { Pending: 0, Good: 1, Wrong: 2, Failed: 3 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What became of each lookup, by its place in the order of arrivals. Times are milliseconds. */
export interface LookupLog {
  /** When it was to start. */
  readonly arrivals: Float64Array;
  /** When it was started: a busy event loop is late. */
  readonly starts: Float64Array;
  /** From its arrival, not its start, to its end; for what is pending meaningless. */
  readonly latencies: Float64Array;
  readonly outcomes: Uint8Array;
}

/** A monotonic clock in the time of the arrivals. */
export interface Clock {
  now(): number;
  after(ms: number, callback: () => void): void;
}

/** What is asked, and when. */
export interface OpenLoop {
  readonly arrivals: Float64Array;
  readonly clock: Clock;
  /** Starts the lookup of this place; `settled` is called once. */
  start(index: number, settled: (outcome: Outcome) => void): void;
  /** Nothing is waited for beyond this time; what has not ended then is pending. */
  readonly untilMs: number;
}

/** Resolves when every lookup has ended, or at `untilMs`. */
export function openLoop({ arrivals, clock, start, untilMs }: OpenLoop): Promise<LookupLog> {
  const count = arrivals.length;
  const starts = new Float64Array(count);
  const latencies = new Float64Array(count);
  const outcomes = new Uint8Array(count);
  let next = 0;
  let settled = 0;
  return new Promise((resolve) => {
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      resolve({ arrivals, starts, latencies, outcomes });
    };
    const launch = (index: number, arrival: number): void => {
      starts[index] = clock.now();
      start(index, (outcome) => {
        if (isOver) return;
        latencies[index] = clock.now() - arrival;
        outcomes[index] = outcome;
        settled += 1;
        if (settled === count) finish();
      });
    };
    const turn = (): void => {
      for (;;) {
        const arrival = arrivals[next];
        if (arrival === undefined) return;
        const waitMs = arrival - clock.now();
        if (waitMs > 0) {
          clock.after(waitMs, turn);
          return;
        }
        launch(next, arrival);
        next += 1;
      }
    };
    clock.after(untilMs - clock.now(), () => {
      if (!isOver) finish();
    });
    turn();
    if (count === 0) finish();
  });
}
