/** Queries that arrived at servers because of lookups. */
export interface QueriesOfLookups {
  /** Undefined where they could not be counted. */
  readonly queries?: number;
  readonly lookups: number;
}

/** How many times the queries of the same arrivals without the fault; NaN where they are not known. */
export function queryRatio(under: QueriesOfLookups, without: QueriesOfLookups): number {
  return perLookup(under) / perLookup(without);
}

function perLookup({ queries = Number.NaN, lookups }: QueriesOfLookups): number {
  return queries / lookups;
}
