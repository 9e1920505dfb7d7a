/**
 * What the copies of this package in one thread know of each other. Copies come from dependencies that ask for
 * different versions and from test runners that load modules anew. The registry is a property of `node:dns`, which all
 * of them share even where each has globals of its own; it is made by the first `install` or the first resolver.
 *
 * Its shape is a protocol between versions: what is there must keep its meaning.
 */
import dns from 'node:dns';

/** Any function of `node:dns`. */
export type DnsFunction = (...given: never[]) => unknown;

/** A function of some copy that stands where one of Node's was, or beneath what others have wrapped around it. */
export interface Placed {
  readonly ours: DnsFunction;
  /** What stood there before. */
  readonly original: DnsFunction;
  /** Who answers the calls of `ours`: itself, the function of another copy, or `original`. */
  readonly server: DnsFunction;
  serve(server: DnsFunction): void;
}

/** A copy of this package that has opened a resolver in this thread. */
export interface PackageCopy {
  readonly version: string;
  /** Its folder. */
  readonly path: string;
  /** File of its addon: copies with the same one share a cache. */
  readonly addon: string;
}

interface Registry {
  /** By name of the function: `lookup`, `promises.lookup`. */
  readonly placed: Map<string, Placed>;
  readonly copies: PackageCopy[];
  /**
   * For each package that was loaded more than once from the same files: how to make its older copies let go of what
   * they hold. True if one has; false if it is in use.
   */
  readonly releases: Map<string, (() => boolean)[]>;
}

const REGISTRY = Symbol.for('doubao.resolver.registry');
const holder = dns as { [REGISTRY]?: Registry };

/** The registry of this thread, made by the first call. */
export function registry(): Registry {
  let found = holder[REGISTRY];
  if (found === undefined) {
    found = { placed: new Map(), copies: [], releases: new Map() };
    Object.defineProperty(holder, REGISTRY, { value: found });
  }
  return found;
}

/** What a copy has put in place of the function of that name. */
export function placedUnder(name: string): Placed | undefined {
  return holder[REGISTRY]?.placed.get(name);
}
