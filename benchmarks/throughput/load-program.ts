/**
 * Program: a closed loop of uncached lookups by one contender. Its argument is a {@link LoadRun} in JSON.
 *
 * @module
 */
import dns from 'node:dns';
import { createResolver } from '@doubao/resolver';
import { freshName } from '../harness/name-server.ts';
import { closedLoop } from './closed-loop.ts';

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

const run = JSON.parse(process.argv[2] ?? '') as LoadRun;

function asker(): (name: string) => Promise<string | undefined> {
  if (run.contender === 'dns.lookup') {
    return async (name) => (await dns.promises.lookup(name)).address;
  }
  if (run.contender === 'c-ares resolve4') {
    const resolver = new dns.promises.Resolver();
    resolver.setServers([run.server]);
    return async (name) => (await resolver.resolve4(name))[0];
  }
  const { promises } = createResolver({ servers: [`udp://${run.server}`] });
  if (run.contender === 'doubao-resolver lookup')
    return async (name) => (await promises.lookup(name)).address;
  return async (name) => (await promises.resolve4(name))[0];
}

const askFor = asker();
// Processes of one round must not find each other's names in a cache between them and the server.
const series = `q${process.pid}`;

async function ask(index: number): Promise<void> {
  const address = await askFor(freshName(series, index));
  if (address !== run.address) throw new Error(`resolved to ${address}`);
}

const { concurrency } = run;
await closedLoop({ ask, concurrency, count: run.warmUp }, 0);
const result = await closedLoop({ ask, concurrency, count: run.count }, run.warmUp);
if (result.failures === run.count) throw new Error('no answer was right');
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
