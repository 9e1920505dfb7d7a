/**
 * Program: how often lookups wake the threads of libuv's pool. Its argument is a
 * {@link PoolRun} in JSON.
 *
 * @module
 */
import dns from 'node:dns';
import { createResolver } from '@doubao/resolver';
import { sleepsOf, poolThreads } from './pool-threads.ts';

/** What one process does. */
export interface PoolRun {
  readonly contender: 'doubao-resolver' | 'dns.lookup';
  /** `dns.lookup` asks the servers of resolv.conf. */
  readonly server: string;
  readonly lookups: number;
}

const concurrency = 32;

const { contender, server, lookups } = JSON.parse(process.argv[2] ?? '') as PoolRun;
const threads = await poolThreads();
const lookup =
  contender === 'dns.lookup'
    ? dns.promises.lookup
    : createResolver({ servers: [`udp://${server}`], hosts: false, search: [] }).promises.lookup;

async function lookUpAll(): Promise<void> {
  let at = 0;
  const worker = async (): Promise<void> => {
    while (at < lookups) await lookup(`${process.pid}-${at++}.pool.test`);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

// Opens sockets and starts the thread; for getaddrinfo it reads its files.
await lookup(`warm-up${process.pid}.pool.test`);
const before = sleepsOf(threads);
await lookUpAll();
const sample = { wakeUps: (sleepsOf(threads) - before) / lookups };
process.stdout.write(`${JSON.stringify(sample)}\n`, () => process.exit());
