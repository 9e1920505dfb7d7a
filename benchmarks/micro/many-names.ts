import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { createResolver } from '@doubao/resolver';
import { freshName, wildcardAddress } from '../harness/name-server.ts';
import type { CallbackLookup } from './contender.ts';

/** Caches that are filled with more names than a name server need be asked for in each of them. */
export const manyNamesContenders = ['floor', 'doubao-resolver', 'cacheable-lookup', 'better-lookup'] as const;
export type ManyNamesContender = (typeof manyNamesContenders)[number];

const ttlSeconds = 86_400;
const together = 500;
const record = { address: wildcardAddress, ttl: ttlSeconds };

/** Answers at once: what is measured is the cache before it. */
class KnowsAll extends dns.promises.Resolver {
  override resolve4 = (async () => [record]) as unknown as dns.promises.Resolver['resolve4'];
  override resolve6 = (async () => []) as unknown as dns.promises.Resolver['resolve6'];
}

function floor(): CallbackLookup {
  const entries = new Map<string, { readonly address: string; readonly expiresAt: number }>();
  return (name, _options, callback) => {
    const entry = entries.get(name);
    if (entry === undefined || entry.expiresAt <= Date.now()) {
      entries.set(name, { address: wildcardAddress, expiresAt: Date.now() + ttlSeconds * 1000 });
      process.nextTick(callback as () => void, null, wildcardAddress, 4);
    } else {
      process.nextTick(callback as () => void, null, entry.address, 4);
    }
  };
}

/** @param port where NSD listens, which our own resolver asks: its cache is filled by its I/O thread */
async function lookupOf(contender: ManyNamesContender, names: number, port: number): Promise<CallbackLookup> {
  switch (contender) {
    case 'floor':
      return floor();
    case 'doubao-resolver': {
      const servers = [`udp://127.0.0.1:${port}`];
      const cache = { maxEntries: 4 * names, maxBytes: 1024 ** 3 };
      return createResolver({ servers, hosts: false, search: [], cache }).lookup as CallbackLookup;
    }
    case 'cacheable-lookup': {
      const { default: CacheableLookup } = await import('cacheable-lookup');
      return new CacheableLookup({ resolver: new KnowsAll() }).lookup as CallbackLookup;
    }
    case 'better-lookup': {
      const resolve4 = (_name: string, _options: object, callback: (...result: unknown[]) => void): void =>
        process.nextTick(callback, null, [record]);
      Object.assign(dns, { resolve4 });
      // It imports `resolve4` by name, and keeps the one it finds.
      syncBuiltinESMExports();
      const { lookup } = await import('better-lookup');
      return lookup as CallbackLookup;
    }
  }
}

/** A cache, and names that are in it. */
export interface FilledCache {
  /** Looks so many names up, one at a time, each far from the one before. */
  lookUp(count: number): Promise<void>;
}

/** Lookups in a turn of the event loop. */
const namesATurn = 1000;
/** Prime, so that steps of it come to every name before they come to one again. */
const step = 7919;

function allOf(lookup: CallbackLookup, names: readonly string[]): FilledCache {
  let at = 0;
  return {
    lookUp: (count) =>
      new Promise((resolve, reject) => {
        let left = count;
        const call = (): void => {
          at = (at + step) % names.length;
          lookup(names[at] as string, { family: 4 }, settle);
        };
        function settle(error: Error | null, address: string): void {
          if (error) return reject(error);
          if (address !== wildcardAddress) return reject(new Error(`resolved to ${address}`));
          left -= 1;
          if (left === 0) return resolve();
          // The event loop turns now and then, as it must for timers and for garbage to be told of.
          if (left % namesATurn === 0) setImmediate(call);
          else call();
        }
        call();
      }),
  };
}

/** Resolves `many-0.any.bench.test` and so on. */
export async function fillCache(
  contender: ManyNamesContender,
  count: number,
  port: number,
): Promise<FilledCache> {
  const lookup = await lookupOf(contender, count, port);
  const names = Array.from({ length: count }, (_, index) => freshName('many', index));
  let next = 0;
  const fill = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const ask = (): void => {
        const name = names[next++];
        if (name === undefined) return resolve();
        lookup(name, { family: 4 }, (error: Error | null) => {
          if (error) reject(error);
          else setImmediate(ask);
        });
      };
      ask();
    });
  await Promise.all(Array.from({ length: together }, fill));
  return allOf(lookup, names);
}
