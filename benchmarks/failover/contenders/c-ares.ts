import dns from 'node:dns';
import type { Contender, Upstreams } from './contender.ts';

export function prepare({ plain }: Upstreams): Contender {
  const resolver = new dns.Resolver();
  resolver.setServers(plain);
  return {
    lookup: (name, answered) =>
      resolver.resolve4(name, (error, addresses) => answered(error, addresses?.[0])),
  };
}
