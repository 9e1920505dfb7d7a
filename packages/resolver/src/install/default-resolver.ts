/** The resolver behind the functions of the module itself and behind the installed `dns.lookup`. */
import { addon } from '../native/addon.ts';
import { systemClock, systemRandom } from '../runtime/captured.ts';
import type { Surroundings } from '../engine/engine.ts';
import { heedNews } from '../engine/environment-news.ts';
import { Guidance } from '../guidance/guidance.ts';
import { loadTransport } from '../legs/transport.ts';
import { LastResort } from '../lookup/last-resort.ts';
import { nodeLookup } from '../runtime/node-dns.ts';
import { announceCopy } from './package-copy.ts';
import { readOptions, type ResolverOptions } from '../configuration/options.ts';
import { Port } from '../native/port.ts';
import { QueryScope } from '../resolve/query-scope.ts';
import {
  createResolverIn,
  type DoubaoResolver,
  type QueryMembers,
  queryMembers,
  resolverOf,
} from '../resolver.ts';
import { systemSnapshots } from '../snapshot/environment.ts';
import { EngineSlot } from '../lookup/target.ts';
import { warn } from '../errors/warning.ts';

let surroundings: Surroundings | undefined;
let announced = false;

/** This environment's port to the addon, and the clocks and functions of the runtime. */
function systemSurroundings(): Surroundings {
  if (surroundings === undefined) {
    const { binding, path } = addon();
    const port = new Port(binding);
    surroundings = {
      port,
      clock: systemClock,
      random: systemRandom,
      lastResort: new LastResort(nodeLookup, systemClock),
      snapshots: systemSnapshots(),
      loadTransport,
      guidance: new Guidance({ port, clock: systemClock, random: systemRandom }),
    };
    heedNews(surroundings, warn);
    announceCopy(path, release, announced);
    announced = true;
  }
  return surroundings;
}

/** Lets go of what the default resolver holds, unless it is in use. The next lookup opens it again. */
function release(): boolean {
  if (!defaultSlot.release() || surroundings?.port.detach() === false) return false;
  surroundings = undefined;
  return true;
}

/** Opened by the first lookup; `install` gives it other options. */
export const defaultSlot: EngineSlot = new EngineSlot(readOptions({}), systemSurroundings);
/** Whom the `resolve*` of the module ask; `setServers` tells them. */
export const defaultScope: QueryScope = new QueryScope(defaultSlot);
export const defaultPromisesScope: QueryScope = new QueryScope(defaultSlot);
export const defaultMembers: QueryMembers = queryMembers(defaultScope, defaultPromisesScope);
export const defaultResolver: DoubaoResolver = resolverOf(defaultSlot, defaultMembers);

/**
 * An independent resolver. It waits for no upstream, and its first query starts the I/O thread if none runs.
 *
 * @throws ResolverOptionError with the path of an option that is unknown or unusable
 */
export function createResolver(options?: ResolverOptions): DoubaoResolver {
  return createResolverIn(systemSurroundings, options);
}
