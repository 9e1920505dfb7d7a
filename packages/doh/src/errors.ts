/**
 * Why an encrypted upstream gave no answer. All carry a stable `code`, and `outcome`, which is what the failure says
 * about the upstream.
 */
import { brand } from './error-brand.ts';

/**
 * `timeout`: nothing came in time. `network`: unreachable, refused, reset. `tls`, `http`: a server is there, and no DNS
 * message came through. `malformed`: one came that does not answer the query. `local`: this machine did not ask.
 */
export type UpstreamOutcome = 'timeout' | 'network' | 'tls' | 'http' | 'malformed' | 'local';

/** Base of all errors of this package. To `@doubao/resolver` it is a `ResolverError`, which it does not import. */
export class EncryptedUpstreamError extends Error {
  /** Stable, for programs; the message is for people and may change. */
  readonly code: string;
  readonly outcome: UpstreamOutcome;

  constructor(code: string, outcome: UpstreamOutcome, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.outcome = outcome;
  }

  static {
    brand(this, 'EncryptedUpstreamError');
    Object.defineProperty(this.prototype, Symbol.for('doubao.resolver.error.ResolverError'), { value: true });
  }
}

/** What a query was waiting for when its time was over. */
export type TimeoutPhase = 'connection' | 'answer';

/** The deadline passed. Code `ERR_RESOLVER_UPSTREAM_TIMEOUT`. */
export class UpstreamTimeoutError extends EncryptedUpstreamError {
  readonly phase: TimeoutPhase;
  readonly timeoutMs: number;

  constructor(upstream: string, phase: TimeoutPhase, timeoutMs: number) {
    const what = phase === 'connection' ? 'no connection' : 'no answer';
    super('ERR_RESOLVER_UPSTREAM_TIMEOUT', 'timeout', `${upstream}: ${what} within ${timeoutMs} ms`);
    this.phase = phase;
    this.timeoutMs = timeoutMs;
  }

  static {
    brand(this, 'UpstreamTimeoutError');
  }
}

/**
 * No connection could be made, or it ended before the answer. Codes `ERR_RESOLVER_UPSTREAM_CONNECT`,
 * `ERR_RESOLVER_UPSTREAM_LOST`. Outcome `local` if this machine has no route, no permission or no descriptor left.
 */
export class UpstreamConnectionError extends EncryptedUpstreamError {
  static {
    brand(this, 'UpstreamConnectionError');
  }
}

/** The TLS handshake failed, or the server does not speak HTTP/2. Codes `ERR_RESOLVER_UPSTREAM_TLS`, `…_HTTP2`. */
export class UpstreamTlsError extends EncryptedUpstreamError {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(code, 'tls', message, options);
  }

  static {
    brand(this, 'UpstreamTlsError');
  }
}

/** The server's certificate is not accepted, and nothing was sent. Code `ERR_RESOLVER_UPSTREAM_CERTIFICATE`. */
export class UpstreamCertificateError extends UpstreamTlsError {
  /** As Node says it: `CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`, `DEPTH_ZERO_SELF_SIGNED_CERT` … */
  readonly reason: string;

  constructor(upstream: string, address: string, reason: string, options?: ErrorOptions) {
    const message = `${upstream}: the certificate of ${address} is not accepted (${reason}). Is something between it and this machine?`;
    super('ERR_RESOLVER_UPSTREAM_CERTIFICATE', message, options);
    this.reason = reason;
  }

  static {
    brand(this, 'UpstreamCertificateError');
  }
}

/** What an HTTP answer said beside what was wrong with it. */
export interface HttpDetail {
  readonly status: number;
  /** The `content-type` header as it came. */
  readonly contentType: string | undefined;
  /** From `retry-after`, milliseconds from when the answer came. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * An HTTP answer came that holds no DNS message. Codes `ERR_RESOLVER_UPSTREAM_STATUS`, `…_REDIRECT`, `…_CONTENT_TYPE`,
 * `…_TOO_LARGE`, and `…_STREAM` for a stream that the server reset.
 */
export class UpstreamHttpError extends EncryptedUpstreamError {
  /** Undefined if the stream was reset before the headers. */
  readonly http: HttpDetail | undefined;

  constructor(code: string, message: string, http?: HttpDetail, options?: ErrorOptions) {
    super(code, 'http', message, options);
    this.http = http;
  }

  static {
    brand(this, 'UpstreamHttpError');
  }
}

/** A DNS message came that does not answer the query, or cannot be read. Code `ERR_RESOLVER_UPSTREAM_ANSWER`. */
export class UpstreamAnswerError extends EncryptedUpstreamError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RESOLVER_UPSTREAM_ANSWER', 'malformed', message, options);
  }

  static {
    brand(this, 'UpstreamAnswerError');
  }
}

/** Too many queries are waiting for this upstream. Code `ERR_RESOLVER_UPSTREAM_BUSY`. */
export class UpstreamBusyError extends EncryptedUpstreamError {
  constructor(upstream: string, maxPending: number) {
    super('ERR_RESOLVER_UPSTREAM_BUSY', 'local', `${upstream}: ${maxPending} queries are pending already`);
  }

  static {
    brand(this, 'UpstreamBusyError');
  }
}

/** The upstream was closed before the query, or while it was pending. Code `ERR_RESOLVER_UPSTREAM_CLOSED`. */
export class UpstreamClosedError extends EncryptedUpstreamError {
  constructor(upstream: string) {
    super('ERR_RESOLVER_UPSTREAM_CLOSED', 'local', `${upstream}: closed`);
  }

  static {
    brand(this, 'UpstreamClosedError');
  }
}

/** An option cannot be used. Code `ERR_RESOLVER_OPTION`. */
export class UpstreamOptionError extends EncryptedUpstreamError {
  /** The option's name. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super('ERR_RESOLVER_OPTION', 'local', `option ${path}: ${reason}`);
    this.path = path;
  }

  static {
    brand(this, 'UpstreamOptionError');
  }
}
