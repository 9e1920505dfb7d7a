import { a, respond, startDnsServer } from '@doubao/resolver-testbed';
import { addressesOf, sameAddresses } from '../addresses-of.ts';
import { resolverFor } from '../resolver-for.ts';
import type { Stage } from '../stage.ts';

const name = 'large.demo.test';
const addresses = Array.from({ length: 200 }, (_, index) => `198.51.100.${index + 1}`);

/** What does not fit into a datagram comes over TCP, whole. */
export const tcpFallback: Stage = {
  title: 'Truncation → TCP',
  async run() {
    const records = addresses.map((address) => a(address));
    await using server = await startDnsServer({
      // Over UDP, the first of 200 and the mark that the rest is missing: usable, if one did not look.
      onQuery: ({ transport }) =>
        transport === 'udp'
          ? respond({ answers: records.slice(0, 1), truncated: true })
          : respond({ answers: records }),
    });
    await using resolver = resolverFor(server);
    const answer = addressesOf(await resolver.promises.lookup(name, { family: 4, all: true }));
    const overUdp = server.queriesFor({ name, transport: 'udp' }).length;
    const overTcp = server.queriesFor({ name, transport: 'tcp' }).length;
    return [
      {
        claim: 'the same question went over UDP, then over TCP',
        observed: server
          .queriesFor({ name })
          .map(({ transport }) => transport)
          .join(', '),
        ok: overUdp === 1 && overTcp === 1,
      },
      {
        claim: `all ${addresses.length} addresses came, not the one in the truncated answer`,
        observed: `${answer.length} addresses`,
        ok: sameAddresses(answer, addresses),
      },
    ];
  },
};
