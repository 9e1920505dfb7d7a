import dns from 'node:dns';
import { install } from '@doubao/resolver';
import type { CallbackLookup, Contender, PromiseLookup, Setup } from '../contender.ts';

/** `dns.lookup` and `dns.promises.lookup` as programs find them after `install`. */
export function prepare({ port }: Setup): Contender {
  install({ servers: [`udp://127.0.0.1:${port}`] });
  return { lookup: dns.lookup as CallbackLookup, lookupPromise: dns.promises.lookup as PromiseLookup };
}
