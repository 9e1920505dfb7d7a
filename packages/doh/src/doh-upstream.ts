/** DNS over HTTPS (RFC 8484). */
import { SharedConnectionUpstream } from './encrypted-upstream.ts';
import { UpstreamOptionError } from './errors.ts';
import { Http2Connection } from './http2-connection.ts';
import type { HttpMethod } from './http-request.ts';
import { readOptions, type UpstreamDependencies, type UpstreamOptions } from './options.ts';
import type { AskOptions, DohUpstream, HeadAnswer } from './upstream.ts';

export interface DohOptions extends UpstreamOptions {
  /** Default `'POST'`. */
  readonly method?: HttpMethod | undefined;
}

class HttpsUpstream extends SharedConnectionUpstream<'https'> implements DohUpstream {
  async head(options: AskOptions = {}): Promise<HeadAnswer> {
    const { ending, elapsedMs } = await this.ask({ kind: 'head' }, options);
    if (ending.kind !== 'head') throw new TypeError('HEAD was answered as something else');
    return { http: ending.http, elapsedMs };
  }
}

/**
 * A server asked over HTTP/2. Nothing is connected before the first query or `open`.
 *
 * @throws UpstreamOptionError
 */
export function createDohUpstream(
  options: DohOptions,
  dependencies: Partial<UpstreamDependencies> = {},
): DohUpstream {
  const { method = 'POST' } = options;
  if (method !== 'POST' && method !== 'GET') {
    throw new UpstreamOptionError('method', `${String(method)} is neither POST nor GET`);
  }
  const settings = readOptions(options, 'https', dependencies);
  return new HttpsUpstream({
    ...settings,
    protocol: 'https',
    connectionOf: (secure, onEnded) => new Http2Connection(secure, { ...settings, method }, onEnded),
  });
}
