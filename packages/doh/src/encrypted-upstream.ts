/** Queries, their deadlines and the connection that they share; the same for both protocols. */
import type { Attempt } from './address-race.ts';
import type { Clock, Timer } from './clock.ts';
import type { Asked, Connection, ConnectionFactory, Ending } from './connection.ts';
import { connectionLost } from './connection-failure.ts';
import type { Connector } from './connector.ts';
import {
  EncryptedUpstreamError,
  type TimeoutPhase,
  UpstreamBusyError,
  UpstreamClosedError,
  UpstreamOptionError,
  UpstreamTimeoutError,
} from './errors.ts';
import { isQuery } from './message.ts';
import { padded } from './padding.ts';
import type { SecureSocket } from './secure-socket.ts';
import type { EncryptedServer } from './server-url.ts';
import { Counters, type UpstreamStats } from './stats.ts';
import type { AskOptions, EncryptedUpstream, UpstreamAnswer } from './upstream.ts';

/** As for a whole lookup of the resolver. */
const DEFAULT_TIMEOUT_MS = 5000;
/** What stats() calls a query that its caller called off. */
const ABORTED = 'ABORTED';

/** What an exchange brought, and how. */
export interface Reply {
  readonly ending: Extract<Ending, { kind: 'answer' | 'head' }>;
  readonly connection: Connection;
  /** The connection was open when it was asked for. */
  readonly reused: boolean;
  readonly elapsedMs: number;
}

/** A query that has not settled. */
interface Pending {
  readonly asked: Asked;
  readonly startedMs: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
  /** The connection was open when it came. */
  reused: boolean;
  retried: boolean;
  callOff: () => void;
}

export interface UpstreamSettings<P extends 'https' | 'tls'> {
  readonly protocol: P;
  readonly server: EncryptedServer;
  readonly connector: Connector;
  readonly connectionOf: ConnectionFactory;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  readonly maxPending: number;
}

export class SharedConnectionUpstream<P extends 'https' | 'tls'> implements EncryptedUpstream {
  readonly url: string;
  readonly protocol: P;
  readonly #settings: UpstreamSettings<P>;
  readonly #counters = new Counters();
  readonly #pending = new Set<Pending>();
  /** Those of `#pending` for which there is no connection yet, or no room on it; first come, first served. */
  readonly #waiting = new Set<Pending>();
  /** All that are not closed; at most one of them takes new queries. */
  readonly #connections = new Set<Connection>();
  #current: Connection | undefined;
  #opening: Attempt<SecureSocket> | undefined;
  #opened: Promise<void> = Promise.resolve();
  #idleTimer: Timer | undefined;
  #isClosed = false;

  constructor(settings: UpstreamSettings<P>) {
    this.url = settings.server.url;
    this.protocol = settings.protocol;
    this.#settings = settings;
  }

  async query(query: Uint8Array, options: AskOptions = {}): Promise<UpstreamAnswer> {
    if (!isQuery(query)) throw new UpstreamOptionError('query', 'it is not a DNS query with one question');
    const asked = { kind: 'query', message: padded(query) } as const;
    const { ending, connection, reused, elapsedMs } = await this.ask(asked, options);
    if (ending.kind !== 'answer') throw new TypeError('a query was answered as something else');
    const { address, resumed, openMs } = connection.secure;
    return {
      bytes: ending.bytes,
      ageSeconds: ending.ageSeconds,
      protocol: this.protocol,
      address,
      elapsedMs,
      connection: { reused, resumed, openMs },
      ...(ending.http === undefined ? {} : { http: ending.http }),
    };
  }

  async open(): Promise<void> {
    if (this.#isClosed) throw new UpstreamClosedError(this.url);
    if (this.#usable() !== undefined) return;
    this.#connect();
    await this.#opened;
  }

  stats(): UpstreamStats {
    const { queries, answered, failed, retried, attempted, opened, resumed, reused } = this.#counters;
    const current = this.#current;
    return {
      queries,
      answered,
      failed: { ...failed },
      retried,
      pending: this.#pending.size,
      connections: { attempted, opened, resumed, open: this.#connections.size, reused },
      connected:
        current === undefined
          ? undefined
          : {
              address: current.secure.address,
              tlsVersion: current.secure.tlsVersion,
              inFlight: current.inFlight,
            },
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idleTimer?.cancel();
    for (const pending of this.#pending) this.#fail(pending, new UpstreamClosedError(this.url));
    this.#opening?.cancel();
    await Promise.all(
      [...this.#connections].map((connection) => {
        const closed = new Promise<void>((resolve) =>
          connection.secure.socket.once('close', () => resolve()),
        );
        connection.destroy();
        return closed;
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One exchange, whose ending is of the kind that was asked for. */
  protected ask(asked: Asked, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: AskOptions): Promise<Reply> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#isClosed) throw new UpstreamClosedError(this.url);
      const { clock, maxPending } = this.#settings;
      this.#counters.queries += 1;
      if (this.#pending.size >= maxPending) {
        const error = new UpstreamBusyError(this.url, maxPending);
        this.#counters.fail(error.code);
        throw error;
      }
      const onTimeout = (): void => {
        const phase: TimeoutPhase =
          this.#current === undefined && this.#waiting.has(pending) ? 'connection' : 'answer';
        this.#fail(pending, new UpstreamTimeoutError(this.url, phase, timeoutMs));
      };
      const timer = clock.after(Math.max(timeoutMs, 0), onTimeout, true);
      const onAbort = (): void => this.#fail(pending, signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const settled = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      const pending: Pending = {
        asked,
        startedMs: clock.monotonicMs(),
        resolve(reply) {
          settled();
          resolve(reply);
        },
        reject(error) {
          settled();
          reject(error);
        },
        reused: this.#usable() !== undefined,
        retried: false,
        callOff: () => undefined,
      };
      if (pending.reused) this.#counters.reused += 1;
      this.#pending.add(pending);
      this.#send(pending);
    });
  }

  /** On the connection that takes queries, or as soon as there is one. */
  #send(pending: Pending): void {
    const connection = this.#usable();
    if (connection?.hasRoom !== true) {
      this.#waiting.add(pending);
      if (connection === undefined) this.#connect();
      return;
    }
    this.#waiting.delete(pending);
    this.#idleTimer?.cancel();
    pending.callOff = connection.exchange(pending.asked, (ending) =>
      this.#onEnding(pending, connection, ending),
    );
  }

  /** As many as the connection has room for. */
  #sendWaiting(): void {
    for (const pending of this.#waiting) {
      if (this.#usable()?.hasRoom === false) return;
      this.#send(pending);
    }
  }

  #onEnding(pending: Pending, connection: Connection, ending: Ending): void {
    // Called off, or out of time, while its ending was on the way.
    if (!this.#pending.has(pending)) return;
    if (ending.kind === 'lost' && !pending.retried && (pending.reused || connection.answered > 0)) {
      // A server may close a connection at any time, and a query that meets that is not to blame (RFC 7766 §6.2.4,
      // RFC 9113 §8.7). Once only: a server that always closes is broken.
      pending.retried = true;
      this.#counters.retried += 1;
      if (!connection.isOpen) this.#retire(connection);
      this.#send(pending);
      return;
    }
    if (ending.kind === 'lost' || ending.kind === 'failed') {
      this.#fail(pending, ending.error);
    } else {
      this.#pending.delete(pending);
      this.#counters.answered += 1;
      const { reused, startedMs } = pending;
      const elapsedMs = this.#settings.clock.monotonicMs() - startedMs;
      pending.resolve({ ending, connection, reused, elapsedMs });
    }
    this.#afterExchange(connection);
  }

  #fail(pending: Pending, error: unknown): void {
    if (!this.#pending.delete(pending)) return;
    this.#waiting.delete(pending);
    this.#counters.fail(error instanceof EncryptedUpstreamError ? error.code : ABORTED);
    pending.callOff();
    pending.reject(error);
    for (const connection of this.#connections) this.#afterExchange(connection);
  }

  /** The connection that takes queries, if it can be expected to answer. */
  #usable(): Connection | undefined {
    const current = this.#current;
    if (current?.isSilent === true) this.#retire(current);
    return this.#current;
  }

  /** No further query goes to it; what it has may still be answered. */
  #retire(connection: Connection): void {
    if (this.#current === connection) this.#current = undefined;
    if (connection.inFlight === 0) connection.destroy();
  }

  #afterExchange(connection: Connection): void {
    // `close` ends all connections.
    if (this.#isClosed) return;
    if (this.#waiting.size > 0) this.#sendWaiting();
    if (connection.inFlight > 0) return;
    if (connection === this.#current) this.#closeWhenIdle(connection);
    else connection.destroy();
  }

  #closeWhenIdle(connection: Connection): void {
    const { clock, idleTimeoutMs } = this.#settings;
    this.#idleTimer?.cancel();
    this.#idleTimer = clock.after(
      idleTimeoutMs,
      () => {
        if (connection.inFlight === 0) this.#retire(connection);
      },
      false,
    );
  }

  #connect(): void {
    if (this.#opening !== undefined) return;
    this.#counters.attempted += 1;
    const opening = this.#settings.connector.connect();
    this.#opening = opening;
    this.#opened = opening.done.then((secure) => this.#onOpen(secure));
    // Who waits for it hears of its failure by a promise of their own.
    this.#opened.catch((error: unknown) => {
      if (this.#opening === opening) this.#opening = undefined;
      const failed = [...this.#waiting];
      // None of them is to try once more because of what happens to another.
      this.#waiting.clear();
      for (const pending of failed) this.#fail(pending, error);
    });
  }

  #onOpen(secure: SecureSocket): void {
    this.#opening = undefined;
    if (this.#isClosed) {
      secure.socket.destroy();
      throw new UpstreamClosedError(this.url);
    }
    this.#counters.opened += 1;
    if (secure.resumed) this.#counters.resumed += 1;
    let hasEnded = false;
    const connection = this.#settings.connectionOf(secure, () => {
      hasEnded = true;
      this.#passOver(secure);
    });
    if (hasEnded) throw connectionLost(this.url, secure.address, new Error('it ended as it began'));
    this.#connections.add(connection);
    secure.socket.once('close', () => this.#connections.delete(connection));
    this.#current = connection;
    this.#sendWaiting();
    this.#afterExchange(connection);
  }

  /** The connection of this socket takes no further query. */
  #passOver(secure: SecureSocket): void {
    if (this.#current?.secure !== secure) return;
    this.#current = undefined;
    this.#idleTimer?.cancel();
  }
}
