import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import type { CallbackLookup, Contender, Setup } from '../contender.ts';

export async function prepare({ port }: Setup): Promise<Contender> {
  dns.setServers([`127.0.0.1:${port}`]);
  // It imports `resolve4` by name, and keeps the one it finds.
  syncBuiltinESMExports();
  const { lookup } = await import('better-lookup');
  return { lookup: lookup as CallbackLookup };
}
