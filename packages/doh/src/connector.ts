/** From a server's name to an open connection: its addresses, the handshake, and the one error if all of that fails. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Attempt, raceAddresses, RaceLost } from './address-race.ts';
import type { Clock } from './clock.ts';
import { mostTelling } from './connection-failure.ts';
import { EncryptedUpstreamError, UpstreamConnectionError, UpstreamTimeoutError } from './errors.ts';
import type { OpenSocket, SecureSocket } from './secure-socket.ts';
import type { EncryptedServer } from './server-url.ts';
import { SessionTickets } from './session-tickets.ts';

/** Finds the addresses of a server that was given without any. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export interface ConnectorOptions {
  readonly server: EncryptedServer;
  /** In the order in which they are tried; empty if `resolve` is to find them. */
  readonly addresses: readonly string[];
  readonly resolve: ResolveHost | undefined;
  readonly ca: string | Buffer | readonly (string | Buffer)[] | undefined;
  readonly minTlsVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** How one address is connected to. */
  readonly openSocket: OpenSocket;
}

export class Connector {
  readonly #options: ConnectorOptions;
  readonly #tickets = new SessionTickets();
  #addresses: readonly string[];
  #context: SecureContext | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#addresses = options.addresses;
  }

  /** One attempt, over all addresses. Rejects with an {@link EncryptedUpstreamError}. */
  connect(): Attempt<SecureSocket> {
    if (this.#addresses.length > 0) return this.#race();
    let race: Attempt<SecureSocket> | undefined;
    let isCancelled = false;
    const done = this.#resolve().then(() => {
      if (isCancelled) throw this.#failure('the attempt was cancelled');
      race = this.#race();
      return race.done;
    });
    return {
      done,
      cancel() {
        isCancelled = true;
        race?.cancel();
      },
    };
  }

  #race(): Attempt<SecureSocket> {
    const { server, clock, openSocket, ca, minTlsVersion, connectTimeoutMs } = this.#options;
    // A list of authorities takes long to parse, so once.
    this.#context ??= createSecureContext({
      minVersion: minTlsVersion,
      ...(ca === undefined ? {} : { ca: Array.isArray(ca) ? [...ca] : (ca as string | Buffer) }),
    });
    const shared = { server, context: this.#context, tickets: this.#tickets, clock };
    const race = raceAddresses(this.#addresses, (address) => openSocket(address, shared), {
      clock,
      timeoutMs: connectTimeoutMs,
    });
    return {
      done: race.done.then(
        (secure) => {
          this.#prefer(secure.address);
          return secure;
        },
        (error: unknown) => {
          throw this.#oneError(error);
        },
      ),
      cancel: race.cancel,
    };
  }

  /** Who answered is tried first next time. */
  #prefer(address: string): void {
    if (this.#addresses[0] === address) return;
    this.#addresses = [address, ...this.#addresses.filter((other) => other !== address)];
  }

  /** Found once; a failure is tried again with the next connection. */
  async #resolve(): Promise<void> {
    const { server, resolve } = this.#options;
    try {
      this.#addresses = (await resolve?.(server.host)) ?? [];
    } catch (error) {
      throw this.#failure(`the addresses of ${server.host} cannot be found`, error);
    }
    if (this.#addresses.length === 0) throw this.#failure(`${server.host} has no addresses`);
  }

  #failure(what: string, cause?: unknown): UpstreamConnectionError {
    const message = `${this.#options.server.url}: ${what}`;
    const options = cause === undefined ? undefined : { cause };
    return new UpstreamConnectionError('ERR_RESOLVER_UPSTREAM_CONNECT', 'network', message, options);
  }

  #oneError(error: unknown): unknown {
    if (!(error instanceof RaceLost)) return error;
    const failures = error.failures.filter((failure) => failure instanceof EncryptedUpstreamError);
    const telling = mostTelling(failures);
    const { server, connectTimeoutMs } = this.#options;
    // Who was refused by one address, and did not hear from another, learns of the refusal.
    if (telling !== undefined) return telling;
    return error.timedOut
      ? new UpstreamTimeoutError(server.url, 'connection', connectTimeoutMs)
      : this.#failure('the attempt was cancelled', error);
  }
}
