import { a, aaaa, drop, startDnsServer } from '@doubao/resolver-testbed';
import { addressesOf, sameAddresses } from '../addresses-of.ts';
import { countQueries, isCount, renderCount } from '../query-count.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'api.demo.test';
const addresses = ['192.0.2.40', '2001:db8::40'];

/** The first nameserver takes queries and says nothing; the second answers. */
export const deadNameserver: Stage = {
  title: 'Dead first nameserver',
  async run() {
    await using dead = await startDnsServer({ onQuery: () => drop() });
    await using alive = await startDnsServer({ zone: { [name]: [a('192.0.2.40'), aaaa('2001:db8::40')] } });
    await using resolver = resolverFor(dead, alive);
    const startedAt = performance.now();
    const answer = addressesOf(await resolver.promises.lookup(name, { all: true }));
    const elapsedMs = performance.now() - startedAt;
    const asked = dead.queriesFor({ name }).length;
    const queries = countQueries(alive, name);
    return [
      {
        claim: 'the first server was asked, and kept silent',
        observed: `${asked} queries without an answer`,
        ok: asked > 0,
      },
      {
        claim: 'the second one was asked once for each family',
        observed: renderCount(queries),
        ok: isCount(queries, 1),
      },
      {
        claim: 'the lookup succeeded',
        observed: `${answer.join(', ')} after ${elapsedMs.toFixed(0)} ms`,
        ok: sameAddresses(answer, addresses),
      },
    ];
  },
};
