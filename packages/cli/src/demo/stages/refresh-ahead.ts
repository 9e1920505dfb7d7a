import { setTimeout as pause } from 'node:timers/promises';
import { a, startDnsServer } from '@doubao/resolver-testbed';
import { countQueries } from '../query-count.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'hot.demo.test';
const before = '192.0.2.30';
const after = '192.0.2.31';
const ttlSeconds = 3;
const lookupEveryMs = 10;

/** A name in use is asked again before it expires: its callers never wait for it. */
export const refreshAhead: Stage = {
  title: `Expiry with refresh-ahead (TTL ${ttlSeconds} s)`,
  async run() {
    await using server = await startDnsServer({ zone: { [name]: a(before, ttlSeconds) } });
    await using resolver = resolverFor(server);
    await resolver.promises.lookup(name, { family: 4 });
    const resolvedAt = performance.now();
    const missesBefore = resolver.stats().cacheMisses;
    // What the server says from now on arrives by a refresh or not at all.
    server.zone = { [name]: a(after, ttlSeconds) };
    let lookups = 0;
    let changedAfterMs = 0;
    while (changedAfterMs === 0 && performance.now() - resolvedAt < ttlSeconds * 2000) {
      const { address } = await resolver.promises.lookup(name, { family: 4 });
      lookups += 1;
      if (address === after) changedAfterMs = performance.now() - resolvedAt;
      else await pause(lookupEveryMs);
    }
    const missed = resolver.stats().cacheMisses - missesBefore;
    const { A: queries } = countQueries(server, name);
    return [
      {
        claim: `lookups every ${lookupEveryMs} ms come to see the server's new address`,
        observed: changedAfterMs === 0 ? 'they never did' : `after ${(changedAfterMs / 1000).toFixed(2)} s`,
        ok: changedAfterMs > 0,
      },
      { claim: 'one more query did that', observed: `${queries} A in all`, ok: queries === 2 },
      {
        claim: 'none of the lookups waited for the server',
        observed: `${missed} of ${lookups} did`,
        ok: missed === 0,
      },
    ];
  },
};
