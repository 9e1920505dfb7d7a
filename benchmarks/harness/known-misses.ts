const justFits =
  'quick_cache’s table doubles by steps, and 1 280 kB is what it takes right before one; at the sizes on either side it ' +
  'holds fewer names than ours. Ours counts its table of popular names, which others do not have.';

/** Why a budget is missed, by the id of its experiment, for those that are understood. */
export const knownMisses: Readonly<Record<string, string>> = {
  'eviction-zipf-0.8-octets': justFits,
  'eviction-zipf-1.0-octets': justFits,
  'eviction-zipf-0.8-scans-octets': justFits,
};
