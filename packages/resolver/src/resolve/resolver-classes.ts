/** `dns.Resolver` and `dns.promises.Resolver`. */
import type { EngineSlot } from '../lookup/target.ts';
import { promisesResolveMembers } from './promises-resolve.ts';
import { QueryScope } from './query-scope.ts';
import { resolveMembers } from './resolve-functions.ts';
import { readTiming } from './resolver-timing.ts';
import type { PromisesResolverClass, ResolverClass } from './types.ts';

/** @param slot whose servers and options a resolver uses until it is told others */
export function createResolverClass(slot: EngineSlot): ResolverClass {
  return classOver(slot, resolveMembers) as unknown as ResolverClass;
}

/** @param slot see {@link createResolverClass} */
export function createPromisesResolverClass(slot: EngineSlot): PromisesResolverClass {
  return classOver(slot, promisesResolveMembers) as unknown as PromisesResolverClass;
}

function classOver(slot: EngineSlot, members: typeof resolveMembers): new (options?: unknown) => object {
  class Resolver {
    readonly #scope: QueryScope;

    /** @throws what the running Node throws for options that it refuses */
    constructor(options: unknown = undefined) {
      this.#scope = new QueryScope(slot, readTiming(options), true);
    }

    static {
      // Enumerable, as Node's are.
      Object.assign(
        Resolver.prototype,
        members((self) => (self as Resolver).#scope),
      );
    }

    cancel(): void {
      this.#scope.cancel();
    }

    getServers(): string[] {
      return this.#scope.getServers();
    }

    setServers(servers: unknown): void {
      this.#scope.setServers(servers, false);
    }

    setLocalAddress(ipv4: unknown, ipv6: unknown): void {
      this.#scope.setLocalAddress(ipv4, ipv6);
    }
  }
  return Resolver;
}
