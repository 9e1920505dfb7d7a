import { createResolver } from '@doubao/resolver';
import type { Contender, Upstreams } from './contender.ts';

/** Defaults but for `servers` and `fallback`. */
export function prepare({ plain }: Upstreams): Contender {
  const resolver = createResolver({ servers: plain });
  return {
    lookup: (name, answered) => resolver.lookup(name, { family: 4 }, answered),
    staleServed: () => resolver.stats().staleServed,
  };
}
