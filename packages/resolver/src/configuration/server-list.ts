/** Lists of servers: the options `servers`, `fallback` and `routes`, each read for itself. */
import { ResolverOptionError } from '../errors/errors.ts';
import { describe, readSuffix } from './option-values.ts';
import { type ReadEntry, readServerEntry } from './server-entry.ts';

/** Names of groups in `@doubao/resolver-doh`. */
export type FallbackGroup = 'global' | 'china';

export interface ReadRoute {
  /** In lower case, without a dot at either end. */
  readonly suffix: string;
  readonly servers: readonly ReadEntry[];
}

export function readServers(value: unknown, path: string): 'system' | ReadEntry[] {
  return value === 'system' ? value : readList(value, path, "'system' or ");
}

export function readFallback(value: unknown, path: string): FallbackGroup | false | ReadEntry[] {
  if (value === false || value === 'global' || value === 'china') return value;
  return readList(value, path, "'global', 'china', false or ");
}

export function readRoutes(value: unknown, path: string): ReadRoute[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const reason = `must be an object of lists of servers by suffix, such as { "corp.example": ["10.0.0.2"] }, not ${describe(value)}`;
    throw new ResolverOptionError(path, reason);
  }
  const routes: ReadRoute[] = [];
  for (const [written, servers] of Object.entries(value)) {
    const at = `${path}[${JSON.stringify(written)}]`;
    const suffix = readSuffix(written, at);
    if (routes.some((route) => route.suffix === suffix)) {
      throw new ResolverOptionError(at, `${suffix} has a route already; list all its servers there`);
    }
    routes.push({ suffix, servers: readList(servers, at, '') });
  }
  return routes;
}

/** @param beside what else the option takes, for its error */
function readList(value: unknown, path: string, beside: string): ReadEntry[] {
  if (!Array.isArray(value) || value.length === 0) {
    const is = Array.isArray(value) ? 'an empty one' : describe(value);
    throw new ResolverOptionError(path, `must be ${beside}a list of servers, not ${is}`);
  }
  const entries: ReadEntry[] = [];
  for (const [index, server] of value.entries()) {
    const entry = readServerEntry(server, `${path}[${index}]`);
    const same = entries.find(({ id }) => id === entry.id);
    if (same !== undefined) throw new ResolverOptionError(entry.path, `${entry.id} is ${same.path} already`);
    entries.push(entry);
  }
  return entries;
}
