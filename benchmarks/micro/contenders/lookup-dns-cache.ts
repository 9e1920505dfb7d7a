import dns from 'node:dns';
import { lookup } from 'lookup-dns-cache';
import type { Contender, Setup } from '../contender.ts';

export function prepare({ port }: Setup): Contender {
  dns.setServers([`127.0.0.1:${port}`]);
  return { lookup };
}
