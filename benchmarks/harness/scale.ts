/** Maps values to places on an axis. */
export interface Scale {
  /** Values to write beside the axis, rising. */
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Labels closer together than this, in units of the drawing, would run into each other. */
const leastGap = 34;

function between(
  ticks: readonly number[],
  place: (value: number) => number,
  from: number,
  to: number,
): Scale {
  const [low, high] = [place(ticks[0] ?? 1), place(ticks.at(-1) ?? 1)];
  const span = high - low || 1;
  return { ticks, at: (value) => from + ((place(value) - low) / span) * (to - from) };
}

/** From zero up, in five to ten round steps: multiples of one, two or five units. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const most = Math.max(...values, Number.MIN_VALUE);
  const unit = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((one) => most / one <= 8) ?? most;
  // Rounded: 3 × 0.1 is not 0.3.
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
  return between(ticks, (value) => value, from, to);
}

/** Powers of ten around the values; within two decades also twice and five times those. Values are above zero. */
export function logarithmicScale(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const factors = last - first > 2 ? [1] : [1, 2, 5];
  const steps = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)).flatMap(
    (power) => factors.map((factor) => Number((factor * power).toPrecision(12))),
  );
  const start = steps.findLastIndex((step) => step <= least);
  const end = steps.findIndex((step) => step >= most);
  return between(steps.slice(Math.max(start, 0), end + 1), Math.log10, from, to);
}

/** From the first value to the last, with a tick at each value that there is room for. */
export function pointTicks(
  scale: 'linear' | 'logarithmic',
  values: readonly number[],
  from: number,
  to: number,
): Scale {
  const distinct = [...new Set(values)].toSorted((a, b) => a - b);
  const { at } = between(distinct, scale === 'linear' ? (value) => value : Math.log10, from, to);
  const ticks: number[] = [];
  for (const value of distinct) {
    const before = ticks.at(-1);
    if (before === undefined || at(value) - at(before) >= leastGap) ticks.push(value);
  }
  return { ticks, at };
}
