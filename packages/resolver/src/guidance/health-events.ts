/** Events of the health state, as subscribers get them. */
import type { HealthEvent } from '@doubao/resolver-health';
import type { Announce, ResolverFailoverEvent, ResolverUpstreamEvent } from './events.ts';

/** @param unixMs gives the time since 1970 of one of the monotonic clock, both milliseconds */
export function announceHealth(
  event: HealthEvent,
  namespace: string,
  unixMs: (monotonicMs: number) => number,
  announce: Announce,
): void {
  const { type, atMs } = event;
  const common = (): { namespace: string; timeMs: number } => ({ namespace, timeMs: unixMs(atMs) });
  const failover = (message: () => ResolverFailoverEvent): void => announce('failover', message);
  const upstream = (message: () => ResolverUpstreamEvent): void => announce('upstream', message);
  switch (type) {
    case 'failover':
      failover(() => ({ ...common(), type, from: event.from, to: event.to }));
      break;
    case 'lead':
      failover(() => ({ ...common(), type, from: event.from, to: event.to, reason: event.reason }));
      break;
    case 'prepare':
    case 'canary':
    case 'ramp':
      failover(() => ({ ...common(), type, upstream: event.upstream, share: event.share }));
      break;
    case 'switch-back-failed': {
      const heldDownUntilMs = unixMs(event.heldDownUntilMs);
      failover(() => ({ ...common(), type, upstream: event.upstream, heldDownUntilMs }));
      break;
    }
    case 'switchback':
      failover(() => ({
        ...common(),
        type,
        upstream: event.upstream,
        from: event.from,
        hotReset: event.hotReset,
      }));
      break;
    case 'down':
      upstream(() => ({ ...common(), type, upstream: event.upstream, reason: event.reason }));
      break;
    default:
      upstream(() => ({ ...common(), type, upstream: event.upstream }));
  }
}
