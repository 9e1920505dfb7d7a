import dns from 'node:dns';
import CacheableLookup from 'cacheable-lookup';
import type { CallbackLookup, Contender, PromiseLookup, Setup } from '../contender.ts';

export function prepare({ port }: Setup): Contender {
  const resolver = new dns.promises.Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  const cacheable = new CacheableLookup({ resolver });
  return {
    lookup: cacheable.lookup as CallbackLookup,
    lookupPromise: cacheable.lookupAsync.bind(cacheable) as PromiseLookup,
  };
}
