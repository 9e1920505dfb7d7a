import { a, aaaa, startDnsServer } from '@doubao/resolver-testbed';
import { addressesOf, sameAddresses } from '../addresses-of.ts';
import { countQueries, isCount, renderCount } from '../query-count.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'api.demo.test';
const addresses = ['192.0.2.10', '2001:db8::10'];

/** Both families are asked at once, and what the server said is the answer. */
export const coldLookup: Stage = {
  title: 'Cold lookup',
  async run() {
    await using server = await startDnsServer({ zone: { [name]: [a('192.0.2.10'), aaaa('2001:db8::10')] } });
    await using resolver = resolverFor(server);
    const answer = addressesOf(await resolver.promises.lookup(name, { all: true }));
    const queries = countQueries(server, name);
    return [
      {
        claim: 'the server was asked once for each family',
        observed: renderCount(queries),
        ok: isCount(queries, 1),
      },
      {
        claim: 'the answer is what the server said',
        observed: answer.join(', '),
        ok: sameAddresses(answer, addresses),
      },
    ];
  },
};
