/** What the scenarios of the cache share: resolvers that know one server only, loads of names, and the end of lifetimes. */
import { setTimeout as pause } from 'node:timers/promises';
import { createResolver, type DoubaoResolver, type ResolverOptions } from '@doubao/resolver';

/** A resolver that knows only this server. */
export function resolverFor(
  server: { readonly endpoint: string },
  options: ResolverOptions = {},
): DoubaoResolver {
  return createResolver({
    servers: [`udp://${server.endpoint}`],
    hosts: false,
    search: [],
    system: 'never',
    hedge: false,
    ...options,
  });
}

/** `count` names below `suffix`. */
export function namesBelow(suffix: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `n${number}.${suffix}`);
}

/** What became of lookups: how many had addresses, and how many failed with which code. */
export type Tally = Record<string, number>;

const atOnce = 500;

/** Looks all names up, so many at a time that no server loses a query. */
export async function lookUpAll(
  resolver: DoubaoResolver,
  names: Iterable<string>,
  family: 0 | 4 = 0,
): Promise<Tally> {
  const tally: Tally = {};
  const left = names[Symbol.iterator]();
  const lookUpRest = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      const outcome = await resolver.promises.lookup(next.value, { family }).then(
        () => 'found',
        (error: NodeJS.ErrnoException) => error.code ?? String(error),
      );
      tally[outcome] = (tally[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lookUpRest));
  return tally;
}

/**
 * Resolves when what was looked up until now has outlived its TTL, in the cache and in what this thread holds in front of
 * it. `peek` would not do: of two families it is the first to expire that it tells.
 */
export async function untilExpired(resolver: DoubaoResolver, ttlSeconds: number): Promise<void> {
  const expired = performance.now() + ttlSeconds * 1000;
  while (performance.now() <= expired || resolver.stats().mirror.entries > 0) await pause(10);
}
