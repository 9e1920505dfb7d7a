/** One HTTP/2 connection to a DoH server, driven by undici. */
import type { Client } from 'undici';
import type { Clock } from './clock.ts';
import type { Asked, Connection, Ending } from './connection.ts';
import { connectionLost } from './connection-failure.ts';
import { CALLED_OFF, type Http2Carrier, Http2Exchange } from './http2-exchange.ts';
import { type HttpMethod, httpRequest } from './http-request.ts';
import type { SecureSocket } from './secure-socket.ts';
import type { EncryptedServer } from './server-url.ts';
import { Silence } from './silence.ts';
import { soon } from './soon.ts';

/** undici's class; another version of it may be handed in. */
export type ClientClass = new (
  origin: string,
  options: Client.Options,
) => Pick<Client, 'dispatch' | 'destroy' | 'on'>;

export interface Http2Options {
  readonly server: EncryptedServer;
  readonly method: HttpMethod;
  readonly clock: Clock;
  readonly Client: ClientClass;
}

/** Streams open at once; RFC 9113 §6.5.2 wants servers to allow as many. If one allows less, Node's session waits. */
const MAX_STREAMS = 100;
/** The same before the first answer: BIND takes a larger burst on a new connection for a flood, and closes it. */
const MAX_FIRST_STREAMS = 32;

export class Http2Connection implements Connection {
  readonly secure: SecureSocket;
  readonly #options: Http2Options;
  readonly #origin: string;
  readonly #client: InstanceType<ClientClass>;
  readonly #carrier: Http2Carrier;
  readonly #silence: Silence;
  readonly #open = new Set<Http2Exchange>();
  readonly #onEnded: () => void;
  #answered = 0;
  #ended = false;

  constructor(secure: SecureSocket, options: Http2Options, onEnded: () => void) {
    const { server, clock } = options;
    this.secure = secure;
    this.#options = options;
    this.#onEnded = onEnded;
    this.#silence = new Silence(clock);
    this.#origin = `https://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`;
    this.#carrier = {
      upstream: server.url,
      clock,
      isOpen: () => this.isOpen,
      lost: (cause) => connectionLost(server.url, secure.address, cause),
    };
    let isHandedOver = false;
    this.#client = new options.Client(this.#origin, {
      allowH2: true,
      pipelining: MAX_STREAMS,
      // Every query has a deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      pingInterval: 0,
      connect: (_target, callback) => {
        // undici would connect again by itself; when and where to is decided by the upstream.
        if (isHandedOver) callback(new Error('the connection has ended'), null);
        else callback(null, secure.socket);
        isHandedOver = true;
      },
    });
    secure.socket.once('close', () => this.#end(new Error('the connection was closed')));
    this.#client.on('disconnect', (_origin, _targets, error) => this.#end(error));
    this.#client.on('connectionError', (_origin, _targets, error) => this.#end(error));
    this.#attach();
  }

  get inFlight(): number {
    return this.#open.size;
  }

  get answered(): number {
    return this.#answered;
  }

  get isOpen(): boolean {
    return !this.#ended && !this.secure.socket.destroyed;
  }

  get hasRoom(): boolean {
    return this.#open.size < (this.#answered === 0 ? MAX_FIRST_STREAMS : MAX_STREAMS);
  }

  get isSilent(): boolean {
    return this.#silence.isLong;
  }

  exchange(asked: Asked, onEnd: (ending: Ending) => void): () => void {
    const { server, method } = this.#options;
    const exchange = new Http2Exchange(asked, this.#carrier, (ending) => {
      this.#open.delete(exchange);
      this.#note(ending);
      if (ending !== undefined) soon(() => onEnd(ending));
    });
    this.#open.add(exchange);
    this.#silence.sent();
    try {
      const request = httpRequest(server, method, asked);
      // A request that is not idempotent would wait until it is alone on the connection.
      this.#client.dispatch({ ...request, origin: this.#origin, idempotent: true }, exchange);
    } catch (error) {
      exchange.onResponseError(undefined, error);
    }
    return () => exchange.callOff();
  }

  destroy(): void {
    this.#end(new Error('destroyed'));
    this.#client.destroy().catch(() => undefined);
    this.secure.socket.destroy();
  }

  #note(ending: Ending | undefined): void {
    const owing = this.#open.size > 0;
    if (ending === undefined) this.#silence.calledOff(owing);
    else if (ending.kind !== 'lost') this.#silence.heard(owing);
    if (ending?.kind === 'answer' || ending?.kind === 'head') this.#answered += 1;
  }

  /**
   * Starts the HTTP/2 session at once, so that the end of an idle connection is noticed. undici does so with the first
   * request; this one is called off before anything of it is sent.
   */
  #attach(): void {
    const ignore = (): void => undefined;
    this.#client.dispatch(
      { origin: this.#origin, path: '/', method: 'HEAD' },
      {
        onRequestStart: (controller) => controller.abort(CALLED_OFF),
        onResponseStart: ignore,
        onResponseData: ignore,
        onResponseEnd: ignore,
        onResponseError: ignore,
      },
    );
  }

  /** After a GOAWAY too, when undici keeps requests for a connection that it will not be given. */
  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnded();
    for (const exchange of this.#open) exchange.abandon(cause);
    this.#silence.end();
    if (this.#open.size === 0) this.destroy();
  }
}
