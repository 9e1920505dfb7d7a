/** What an encrypted upstream is to whoever sends queries. */
import type { HttpDetail } from './errors.ts';
import type { UpstreamStats } from './stats.ts';

export interface AskOptions {
  /** Milliseconds until the query fails with `UpstreamTimeoutError`; default 5 000. */
  readonly timeoutMs?: number | undefined;
  /** Calls the query off; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How the connection of an answer came about. */
export interface ConnectionUse {
  /** Whether it was open when the query came. */
  readonly reused: boolean;
  /** Whether it resumed a TLS session. */
  readonly resumed: boolean;
  /** Milliseconds that its handshakes took, whoever waited for them. */
  readonly openMs: number;
}

export interface UpstreamAnswer {
  /**
   * A DNS message with the ID and the question of the query; its records are not checked. {@link ageSeconds} are taken
   * off its TTLs already.
   */
  readonly bytes: Uint8Array;
  /** Seconds that it has been in an HTTP cache. */
  readonly ageSeconds: number;
  readonly protocol: 'https' | 'tls';
  /** The address that answered. */
  readonly address: string;
  /** Milliseconds from the call to the answer. */
  readonly elapsedMs: number;
  readonly connection: ConnectionUse;
  /** Over HTTPS. */
  readonly http?: HttpDetail | undefined;
}

/** What came of an HTTP HEAD. */
export interface HeadAnswer {
  readonly http: HttpDetail;
  readonly elapsedMs: number;
}

/**
 * One server, asked over TLS or HTTPS. Everything that fails rejects with an `EncryptedUpstreamError`. A pending query
 * keeps the process alive; nothing else here does.
 */
export interface EncryptedUpstream extends AsyncDisposable {
  readonly url: string;
  readonly protocol: 'https' | 'tls';
  /**
   * Asks once.
   *
   * @param query a DNS message with one question; its ID comes back with the answer
   */
  query(query: Uint8Array, options?: AskOptions): Promise<UpstreamAnswer>;
  /** Connects ahead of queries, if it is not connected. Rejects if that fails. */
  open(): Promise<void>;
  stats(): UpstreamStats;
  /** Fails what is pending, and resolves when its connections are closed. */
  close(): Promise<void>;
}

/** HTTPS, and TLS while that is impossible. */
export interface DowngradingUpstream extends EncryptedUpstream {
  /** As {@link DohUpstream.head}, where {@link EncryptedUpstream.protocol} is `https`; that it fails may change that. */
  head(options?: AskOptions): Promise<HeadAnswer>;
}

/** {@link EncryptedUpstream} over HTTPS. */
export interface DohUpstream extends EncryptedUpstream {
  readonly protocol: 'https';
  /** HTTP HEAD with the DNS media types: whether an HTTP server lives there, whatever it answers. */
  head(options?: AskOptions): Promise<HeadAnswer>;
}
