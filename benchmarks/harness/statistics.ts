/** Middle of the sorted values; the mean of both middles of an even number. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which the given share of the sorted values lies. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** What rounds gave, in one line of a table. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function summarise(values: readonly number[]): Summary {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

function paired(
  values: readonly number[],
  others: readonly number[],
  combine: (value: number, other: number) => number,
): number[] {
  return values.flatMap((value, round) => {
    const other = others[round];
    return other === undefined ? [] : [combine(value, other)];
  });
}

/** Ratios within each round: what slowed the machine for a while slowed both. */
export function pairedRatios(values: readonly number[], others: readonly number[]): number[] {
  return paired(values, others, (value, other) => value / other);
}

/** Differences within each round. */
export function pairedDifferences(values: readonly number[], others: readonly number[]): number[] {
  return paired(values, others, (value, other) => value - other);
}
