import { a, answer, startDnsServer, truncatedOverUdp } from '@doubao/resolver-testbed';
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
    // In the truncated answer stands the first of 200: usable, if one did not look at the mark.
    await using server = await startDnsServer({
      onQuery: () => truncatedOverUdp(answer(...records), ...records.slice(0, 1)),
    });
    await using resolver = resolverFor(server);
    const received = addressesOf(await resolver.promises.lookup(name, { family: 4, all: true }));
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
        observed: `${received.length} addresses`,
        ok: sameAddresses(received, addresses),
      },
    ];
  },
};
