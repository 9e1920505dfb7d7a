import type { Stage } from '../stage.ts';
import { cacheHit } from './cache-hit.ts';
import { coldLookup } from './cold-lookup.ts';
import { deadNameserver } from './dead-nameserver.ts';
import { failover } from './failover.ts';
import { negativeCaching } from './negative-caching.ts';
import { refreshAhead } from './refresh-ahead.ts';
import { singleFlight } from './single-flight.ts';
import { tcpFallback } from './tcp-fallback.ts';

/** In the order in which they are shown. */
export const stages: readonly Stage[] = [
  coldLookup,
  cacheHit,
  singleFlight,
  refreshAhead,
  tcpFallback,
  deadNameserver,
  negativeCaching,
  failover,
];
