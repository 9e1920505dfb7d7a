import dns from 'node:dns';
import type { Contender, Setup } from '../contender.ts';

export async function prepare({ port }: Setup): Promise<Contender> {
  dns.setServers([`127.0.0.1:${port}`]);
  const { lookup } = await import('lookup-dns-cache');
  return { lookup };
}
