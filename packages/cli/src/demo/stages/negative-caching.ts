import { nxdomain, startDnsServer } from '@doubao/resolver-testbed';
import { countQueries, isCount, renderCount } from '../query-count.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'no-such-name.demo.test';
const lookups = 100;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** That a name does not exist is an answer too, and is kept as long as its zone says (RFC 2308). */
export const negativeCaching: Stage = {
  title: 'NXDOMAIN caching',
  async run() {
    await using server = await startDnsServer({ onQuery: () => nxdomain() });
    await using resolver = resolverFor(server);
    const codes = new Set<string>();
    for (let index = 0; index < lookups; index += 1) {
      const code = await resolver.promises.lookup(name).then(({ address }) => address, codeOf);
      codes.add(code);
    }
    const queries = countQueries(server, name);
    return [
      {
        claim: `${lookups} lookups, one after the other, end in ENOTFOUND`,
        observed: [...codes].join(', '),
        ok: codes.size === 1 && codes.has('ENOTFOUND'),
      },
      {
        claim: 'the server was asked for the first one only',
        observed: renderCount(queries),
        ok: isCount(queries, 1),
      },
    ];
  },
};
