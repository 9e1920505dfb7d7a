import dns from 'node:dns';
import { lookup } from 'better-lookup';
import type { CallbackLookup, Contender, Setup } from '../contender.ts';

export function prepare({ port }: Setup): Contender {
  dns.setServers([`127.0.0.1:${port}`]);
  return { lookup: lookup as CallbackLookup };
}
