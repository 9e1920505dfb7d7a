/** DNS over TLS where DNS over HTTPS is impossible; never less than that. */
import { type Clock, systemClock } from './clock.ts';
import { EncryptedUpstreamError, UpstreamHttpError, UpstreamTimeoutError } from './errors.ts';
import type { UpstreamStats } from './stats.ts';
import type {
  AskOptions,
  DohUpstream,
  DowngradingUpstream,
  EncryptedUpstream,
  HeadAnswer,
  UpstreamAnswer,
} from './upstream.ts';

/** Milliseconds before HTTPS is tried again. */
const HTTPS_AGAIN_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 5000;
/** The server speaks HTTPS well enough to say that it is asked too much (RFC 6585 §4). */
const TOO_MANY_REQUESTS = 429;

/** Whether HTTPS does not work here, rather than this query. */
function isImpossible(error: unknown): boolean {
  if (error instanceof UpstreamTimeoutError) return error.phase === 'connection';
  if (error instanceof UpstreamHttpError) return error.http?.status !== TOO_MANY_REQUESTS;
  return error instanceof EncryptedUpstreamError && (error.outcome === 'tls' || error.outcome === 'network');
}

class Downgrading implements DowngradingUpstream {
  readonly url: string;
  readonly #doh: DohUpstream;
  readonly #dot: EncryptedUpstream;
  readonly #clock: Clock;
  /** When HTTPS is tried again; undefined while it is in use. */
  #httpsAgainAtMs: number | undefined;
  #isReopening = false;

  constructor(doh: DohUpstream, dot: EncryptedUpstream, clock: Clock) {
    this.url = doh.url;
    this.#doh = doh;
    this.#dot = dot;
    this.#clock = clock;
  }

  get protocol(): 'https' | 'tls' {
    return this.#httpsAgainAtMs === undefined ? 'https' : 'tls';
  }

  async query(query: Uint8Array, options: AskOptions = {}): Promise<UpstreamAnswer> {
    if (this.#httpsAgainAtMs !== undefined) {
      this.#reopenWhenDue();
      return this.#dot.query(query, options);
    }
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const startedMs = this.#clock.monotonicMs();
    try {
      return await this.#doh.query(query, options);
    } catch (error) {
      if (!isImpossible(error)) throw error;
      this.#holdHttps();
      const leftMs = timeoutMs - (this.#clock.monotonicMs() - startedMs);
      if (leftMs <= 0) throw error;
      return this.#dot.query(query, { ...options, timeoutMs: leftMs });
    }
  }

  async head(options: AskOptions = {}): Promise<HeadAnswer> {
    try {
      return await this.#doh.head(options);
    } catch (error) {
      if (isImpossible(error)) this.#holdHttps();
      throw error;
    }
  }

  async open(): Promise<void> {
    if (this.#httpsAgainAtMs !== undefined) return this.#dot.open();
    try {
      return await this.#doh.open();
    } catch (error) {
      if (!isImpossible(error)) throw error;
      this.#holdHttps();
      return this.#dot.open();
    }
  }

  stats(): UpstreamStats {
    return (this.protocol === 'https' ? this.#doh : this.#dot).stats();
  }

  async close(): Promise<void> {
    await Promise.all([this.#doh.close(), this.#dot.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #holdHttps(): void {
    this.#httpsAgainAtMs = this.#clock.monotonicMs() + HTTPS_AGAIN_MS;
  }

  /** In the background: no query waits for what has failed a minute ago. */
  #reopenWhenDue(): void {
    if (this.#isReopening || this.#clock.monotonicMs() < (this.#httpsAgainAtMs ?? 0)) return;
    this.#isReopening = true;
    this.#doh
      .open()
      .then(
        () => (this.#httpsAgainAtMs = undefined),
        () => this.#holdHttps(),
      )
      .finally(() => (this.#isReopening = false));
  }
}

/**
 * Asks `doh`, and `dot` for a minute and within the same deadline where HTTPS turns out to be impossible: no connection,
 * no HTTP/2, no DNS message in the answers. Both check the certificate. Closing it closes both.
 *
 * @param dot the same server's
 */
export function createDowngradingUpstream(
  doh: DohUpstream,
  dot: EncryptedUpstream,
  clock: Clock = systemClock,
): DowngradingUpstream {
  return new Downgrading(doh, dot, clock);
}
