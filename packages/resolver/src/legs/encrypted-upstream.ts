/** One encrypted server as the transport's upstream. */
import type { EncryptedUpstream } from '@doubao/resolver-doh';
import type { Clock } from '../runtime/captured.ts';
import type { EncryptedUpstreamOptions } from '../configuration/upstreams.ts';
import type { Transport } from './transport.ts';

/** As many as the addon has questions. */
const MAX_PENDING = 16_384;

/** Whoever waits for a lookup keeps the process alive; a query for nobody, such as a refresh, must not. */
function unheld(clock: Clock): Clock {
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, run) => clock.after(delayMs, run, false),
  };
}

/** @param resolve finds the addresses of a server that has none */
export function createUpstream(
  server: EncryptedUpstreamOptions,
  transport: Transport,
  clock: Clock,
  resolve: (host: string) => Promise<readonly string[]>,
): EncryptedUpstream {
  const { protocol, url, addresses, ca, minTlsVersion, method, downgrade } = server;
  const dependencies = { clock: unheld(clock) };
  const shared = { ca, minTlsVersion, resolve, maxPending: MAX_PENDING };
  if (protocol === 'tls') return transport.createDotUpstream({ url, addresses, ...shared }, dependencies);
  const doh = transport.createDohUpstream({ url, addresses, method, ...shared }, dependencies);
  if (downgrade === undefined) return doh;
  const dot = transport.createDotUpstream({ ...downgrade, ...shared }, dependencies);
  return transport.createDowngradingUpstream(doh, dot, dependencies.clock);
}
