/** What an error of a socket or a handshake means. */
import type { TLSSocket } from 'node:tls';
import {
  type EncryptedUpstreamError,
  UpstreamCertificateError,
  UpstreamConnectionError,
  UpstreamTlsError,
} from './errors.ts';

/** No packet left this machine: no route, not allowed, no descriptor or port left. */
const LOCAL_CODES: ReadonlySet<string> = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'EPERM',
]);

/** OpenSSL's name of the alert with which a server answers an ALPN offer that it has nothing for (RFC 7301 §3.2). */
const NO_APPLICATION_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** @param socket whose handshake ended with `error` */
export function handshakeFailure(
  upstream: string,
  address: string,
  socket: TLSSocket,
  error: unknown,
): EncryptedUpstreamError {
  const code = codeOf(error);
  // Set by Node for a chain that it does not trust and for a name that does not match alike.
  const refusal = socket.authorizationError as Error | string | null | undefined;
  if (refusal !== null && refusal !== undefined) {
    const reason = typeof refusal === 'string' ? refusal : codeOf(refusal) || String(refusal);
    return new UpstreamCertificateError(upstream, address, reason, { cause: error });
  }
  if (code === NO_APPLICATION_PROTOCOL) return noHttp2(upstream, address, { cause: error });
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return new UpstreamTlsError(
      'ERR_RESOLVER_UPSTREAM_TLS',
      `${upstream}: the TLS handshake with ${address} failed (${code})`,
      { cause: error },
    );
  }
  return new UpstreamConnectionError(
    'ERR_RESOLVER_UPSTREAM_CONNECT',
    LOCAL_CODES.has(code) ? 'local' : 'network',
    `${upstream}: cannot connect to ${address} (${code})`,
    { cause: error },
  );
}

/** The server speaks TLS, but not HTTP/2, which DNS over HTTPS wants here (RFC 8484 §5.2). */
export function noHttp2(upstream: string, address: string, options?: ErrorOptions): UpstreamTlsError {
  return new UpstreamTlsError(
    'ERR_RESOLVER_UPSTREAM_HTTP2',
    `${upstream}: ${address} does not speak HTTP/2`,
    options,
  );
}

/** An open connection ended while a query was on it. */
export function connectionLost(upstream: string, address: string, cause: unknown): UpstreamConnectionError {
  return new UpstreamConnectionError(
    'ERR_RESOLVER_UPSTREAM_LOST',
    'network',
    `${upstream}: ${address} closed the connection before the answer`,
    { cause },
  );
}

/** What says most comes first: a refused certificate is no matter of an address that does not answer. */
const TELLING = ['tls', 'network', 'timeout', 'local'];

/** One error for several addresses, all of which failed. */
export function mostTelling(failures: readonly EncryptedUpstreamError[]): EncryptedUpstreamError | undefined {
  const rank = (failure: EncryptedUpstreamError): number =>
    failure instanceof UpstreamCertificateError ? -1 : TELLING.indexOf(failure.outcome);
  return failures.toSorted((a, b) => rank(a) - rank(b))[0];
}
