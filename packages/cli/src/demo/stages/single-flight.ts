import { setImmediate as nextTurn } from 'node:timers/promises';
import { a, aaaa, answer, byType, hold, startDnsServer } from '@doubao/resolver-testbed';
import { addressesOf, sameAddresses } from '../addresses-of.ts';
import { countQueries, isCount, renderCount } from '../query-count.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'busy.demo.test';
const addresses = ['192.0.2.20', '2001:db8::20'];
const callers = 1000;

/** Whoever asks for what is already being asked waits for that answer. */
export const singleFlight: Stage = {
  title: `${callers.toLocaleString('en')} identical lookups at once`,
  async run() {
    // The server keeps its answers back until every caller is known to wait: a fast one would hide a second query.
    const held = hold(byType({ A: answer(a('192.0.2.20')), AAAA: answer(aaaa('2001:db8::20')) }));
    await using server = await startDnsServer({ onQuery: () => held });
    await using resolver = resolverFor(server);
    const lookups = Array.from({ length: callers }, () => resolver.promises.lookup(name, { all: true }));
    while (resolver.stats().waiters < callers) await nextTurn();
    await held.waitFor(2);
    const waiting = resolver.stats().waiters;
    await held.release();
    const answers = await Promise.all(lookups);
    const equal = answers.filter((each) => sameAddresses(addressesOf(each), addresses)).length;
    const queries = countQueries(server, name);
    return [
      {
        claim: 'all of them waited while the server kept its answer back',
        observed: `${waiting.toLocaleString('en')} waiting`,
        ok: waiting === callers,
      },
      {
        claim: 'one query for each family served them all',
        observed: renderCount(queries),
        ok: isCount(queries, 1),
      },
      {
        claim: 'every one got both addresses',
        observed: `${equal.toLocaleString('en')} did`,
        ok: equal === callers,
      },
    ];
  },
};
