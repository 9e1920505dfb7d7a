/**
 * The 95th percentile by nearest rank: the smallest value that at least 95 % do not exceed.
 *
 * @returns undefined of nothing
 */
export function percentile95(values: readonly number[]): number | undefined {
  const rank = Math.ceil(values.length * 0.95);
  return values.toSorted((a, b) => a - b)[rank - 1];
}
