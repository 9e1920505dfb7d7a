import { a, aaaa, startDnsServer } from '@doubao/resolver-testbed';
import { addressesOf, sameAddresses } from '../addresses-of.ts';
import { countQueries, isCount, renderCount } from '../query-count.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'api.demo.test';
const hits = 10_000;

/** What is cached is answered without a packet. */
export const cacheHit: Stage = {
  title: 'Cache hit',
  async run() {
    await using server = await startDnsServer({ zone: { [name]: [a('192.0.2.10'), aaaa('2001:db8::10')] } });
    await using resolver = resolverFor(server);
    const first = addressesOf(await resolver.promises.lookup(name, { all: true }));
    const hitsBefore = resolver.stats().mirror.hits;
    let equal = 0;
    const startedAt = performance.now();
    for (let index = 0; index < hits; index += 1) {
      const answer = addressesOf(await resolver.promises.lookup(name, { all: true }));
      if (sameAddresses(answer, first)) equal += 1;
    }
    const eachUs = ((performance.now() - startedAt) * 1000) / hits;
    const queries = countQueries(server, name);
    const counted = resolver.stats().mirror.hits - hitsBefore;
    return [
      {
        claim: `${hits.toLocaleString('en')} more lookups get the same addresses`,
        observed: `${equal.toLocaleString('en')} did, ${eachUs.toFixed(1)} µs each`,
        ok: equal === hits,
      },
      {
        claim: 'the server saw the first lookup only',
        observed: renderCount(queries),
        ok: isCount(queries, 1),
      },
      {
        claim: 'each of them is counted as a hit',
        observed: `${counted.toLocaleString('en')} hits`,
        ok: counted === hits,
      },
    ];
  },
};
