import CacheableLookup from 'cacheable-lookup';
import type { Contender } from './contender.ts';

/** c-ares with the servers of resolv.conf, and a cache. */
export function prepare(): Contender {
  const cacheable = new CacheableLookup();
  return {
    lookup: (name, answered) => cacheable.lookup(name, { family: 4 }, answered),
  };
}
