/**
 * Errors of this package's own. What Node's API defines has Node's shape instead: see lookup-error.ts and
 * resolve-error.ts.
 */
import { brand } from '@doubao/resolver-doh/error-brand';
import { upstreamAdvice } from './upstream-advice.ts';

const OVERLOADED =
  'Too many lookups are under way in this process, or too many below this domain (cache.missesPerSecond), so this one was not sent. Look fewer names up at once, and see overloadRejected, missLimited and upstreams in stats().';
const CLOSED =
  'The resolver is closed. Await what is pending before close(), and make another resolver for later lookups.';

/** Base of all errors of this package. */
export class ResolverError extends Error {
  /** Stable, for programs; the message is for people and may change. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    brand(this, 'ResolverError');
  }
}

/** An option is unknown or has a value that cannot be used. Code `ERR_RESOLVER_OPTION`. */
export class ResolverOptionError extends ResolverError {
  /** Where the option is, for example `cache.maxBytes` or `servers[1]`. */
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super('ERR_RESOLVER_OPTION', `option ${path}: ${reason}`, options);
    this.path = path;
  }

  static {
    brand(this, 'ResolverOptionError');
  }
}

/** One upstream's part in a failed lookup. Code `ERR_RESOLVER_UPSTREAM`. */
export class ResolverUpstreamError extends ResolverError {
  /** Address and port, or URL. */
  readonly server: string;
  /** `udp`, `tcp`, `tls` or `https`. */
  readonly transport: string;
  /**
   * What became of the query: `SERVFAIL`, `REFUSED`, `FORMERR` or `NOTIMP` as the server said, `BADRESP` if its answer could
   * not be read, `TIMEOUT` without one, `NETWORK` if it cannot be reached, `TLS` if it cannot be trusted, `HTTP` if it answers
   * without a DNS message, `PRIVATE` if it must not hear of the name, `LOCAL` if this machine did not send the query.
   */
  readonly status: string;
  readonly elapsedMs: number;

  constructor(server: string, transport: string, status: string, elapsedMs: number) {
    const what = `${server} over ${transport}: ${status} after ${elapsedMs} ms`;
    super('ERR_RESOLVER_UPSTREAM', `${what}. ${upstreamAdvice(status)}`.trimEnd());
    this.server = server;
    this.transport = transport;
    this.status = status;
    this.elapsedMs = elapsedMs;
  }

  static {
    brand(this, 'ResolverUpstreamError');
  }
}

/** Too many lookups are in flight in this process, or for names of one kind. Code `ERR_RESOLVER_OVERLOADED`. */
export class ResolverOverloadedError extends ResolverError {
  constructor() {
    super('ERR_RESOLVER_OVERLOADED', OVERLOADED);
  }

  static {
    brand(this, 'ResolverOverloadedError');
  }
}

/** The resolver was closed before the lookup, or while it was pending. Code `ERR_RESOLVER_CLOSED`. */
export class ResolverClosedError extends ResolverError {
  constructor() {
    super('ERR_RESOLVER_CLOSED', CLOSED);
  }

  static {
    brand(this, 'ResolverClosedError');
  }
}

/** The addon cannot be loaded here. Code `ERR_RESOLVER_ADDON`; `cause` is the loader's error. */
export class ResolverAddonError extends ResolverError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_RESOLVER_ADDON', message, options);
  }

  static {
    brand(this, 'ResolverAddonError');
  }
}
