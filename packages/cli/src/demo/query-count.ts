import type { DnsServer } from '@doubao/resolver-testbed';

/** Queries that a server received for a name. */
export interface QueryCount {
  readonly A: number;
  readonly AAAA: number;
}

/** Counts in the server's log, over one transport or over both. */
export function countQueries(server: DnsServer, name: string, transport?: 'udp' | 'tcp'): QueryCount {
  const count = (type: string): number =>
    server.queriesFor(transport === undefined ? { name, type } : { name, type, transport }).length;
  return { A: count('A'), AAAA: count('AAAA') };
}

/** As the checks show it: `1 A, 1 AAAA`. */
export function renderCount({ A, AAAA }: QueryCount): string {
  return `${A} A, ${AAAA} AAAA`;
}

/** Whether there was exactly this many of each. */
export function isCount(count: QueryCount, each: number): boolean {
  return count.A === each && count.AAAA === each;
}
