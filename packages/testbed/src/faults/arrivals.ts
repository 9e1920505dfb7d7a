/** A load that does not wait for answers: an open loop, so that what is slow does not lower its own rate. */

/** Numbers in [0, 1), the same for the same seed: SplitMix32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e37_79b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Times of arrivals, in ms from the start, rising without end: a Poisson process of so many a second. */
export function* arrivals(perSecond: number, random: () => number): Generator<number, never> {
  for (let atMs = 0; ;) {
    atMs += (-Math.log(1 - random()) * 1000) / perSecond;
    yield atMs;
  }
}

/** How often it is seen who has arrived: as often as timers can fire. */
const turnMs = 1;

/** A running load. */
export interface OpenLoop {
  /** No more arrivals. */
  stop(): void;
}

/**
 * Calls `arrive` for each arrival of a Poisson process until it is stopped, with the time at which it was due by
 * `performance.now()`. An event loop that is late catches up at once: arrivals are delayed, none is left out.
 */
export function startOpenLoop(
  perSecond: number,
  random: () => number,
  arrive: (scheduledMs: number) => void,
): OpenLoop {
  const times = arrivals(perSecond, random);
  const startedMs = performance.now();
  let nextMs = times.next().value;
  const timer = setInterval(() => {
    const nowMs = performance.now() - startedMs;
    for (; nextMs <= nowMs; nextMs = times.next().value) arrive(startedMs + nextMs);
  }, turnMs);
  return { stop: () => clearInterval(timer) };
}
