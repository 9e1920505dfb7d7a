/**
 * Program: a closed loop of uncached lookups by one contender. Its argument is a {@link LoadRun} in JSON.
 *
 * @module
 */
import dns from 'node:dns';
import { createResolver } from '@doubao/resolver';
import { freshName } from '../harness/name-server.ts';
import { closedLoop, type Load } from './closed-loop.ts';

/** What one process does. */
export interface LoadRun {
  readonly contender:
    | 'doubao-resolver resolve4'
    | 'doubao-resolver lookup'
    | 'c-ares resolve4'
    | 'dns.lookup';
  /** `dns.lookup` asks the servers of resolv.conf, all others this one. */
  readonly server: string;
  /** What every answer must be. */
  readonly address: string;
  readonly concurrency: number;
  readonly warmUp: number;
  readonly count: number;
}

const { contender, server, address, concurrency, warmUp, count } = JSON.parse(
  process.argv[2] ?? '',
) as LoadRun;

function asker(): Load['ask'] {
  if (contender === 'dns.lookup') return (name, answered) => dns.lookup(name, answered);
  if (contender === 'c-ares resolve4') {
    const resolver = new dns.Resolver();
    resolver.setServers([server]);
    return (name, answered) => resolver.resolve4(name, answered);
  }
  const resolver = createResolver({ servers: [`udp://${server}`] });
  if (contender === 'doubao-resolver lookup') return (name, answered) => resolver.lookup(name, answered);
  return (name, answered) => resolver.resolve4(name, answered);
}

/** Names as a parser makes them, in one piece: joined ones would be flattened by whoever reads them first. */
function names(from: number, length: number): string[] {
  // Processes of one round must not find each other's names in a cache between them and the server.
  const series = `q${process.pid}`;
  return Array.from({ length }, (_, index) =>
    Buffer.from(freshName(series, from + index), 'latin1').toString('latin1'),
  );
}

const ask = asker();
const warmUpNames = names(0, warmUp);
const measuredNames = names(warmUp, count);
await closedLoop({ ask, names: warmUpNames, address, concurrency });
const result = await closedLoop({ ask, names: measuredNames, address, concurrency });
if (result.failures === count) throw new Error('no answer was right');
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
