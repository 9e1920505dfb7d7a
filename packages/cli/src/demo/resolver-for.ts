import { createResolver, type DoubaoResolver } from '@doubao/resolver';
import type { DnsServer } from '@doubao/resolver-testbed';

/** A resolver that knows these servers, in this order, and nothing of this machine. */
export function resolverFor(...servers: DnsServer[]): DoubaoResolver {
  return createResolver({
    servers: servers.map((server) => `udp://${server.endpoint}`),
    hosts: false,
    search: [],
    system: 'never',
  });
}
