/** DNS over TLS (RFC 7858). */
import { DotConnection } from './dot-connection.ts';
import { SharedConnectionUpstream } from './encrypted-upstream.ts';
import { readOptions, type UpstreamDependencies, type UpstreamOptions } from './options.ts';
import type { EncryptedUpstream } from './upstream.ts';

/**
 * A server asked over TLS. Nothing is connected before the first query or `open`.
 *
 * @throws UpstreamOptionError
 */
export function createDotUpstream(
  options: UpstreamOptions,
  dependencies: Partial<UpstreamDependencies> = {},
): EncryptedUpstream {
  const settings = readOptions(options, 'tls', dependencies);
  const { server, clock } = settings;
  return new SharedConnectionUpstream({
    ...settings,
    protocol: 'tls',
    connectionOf: (secure, onEnded) => new DotConnection(secure, { upstream: server.url, clock }, onEnded),
  });
}
