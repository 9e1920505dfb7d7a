import type { RemoteInfo } from 'node:dgram';
import type { OutgoingHttpHeaders } from 'node:http2';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { dnsMessageType, type HttpBehaviour } from './behaviours/http.ts';
import type { DenialOptions } from './behaviours/respond.ts';
import type { Behaviour, Exchange, ForgedSource, ServerConnection } from './exchange.ts';
import { frame } from './frame-reader.ts';
import { listenHttps, type HttpRequest, type HttpsEndpoint } from './https-endpoint.ts';
import { parseQuery, type Query, type QuerySource, type ServerTransport } from './query.ts';
import { QueryLog, type QueryFilter } from './query-log.ts';
import { unreadOctets } from './receive-queue.ts';
import { listenTcp, type TcpEndpoint } from './tcp-endpoint.ts';
import { bindUdp, type UdpEndpoint } from './udp-endpoint.ts';
import { answerFromZone, type Zone } from './zone.ts';

/** How a scripted server starts. Every field has a default. */
export interface DnsServerOptions {
  /** A loopback address: `'127.0.0.1'` (default), any `127.x.y.z`, or `'::1'`. */
  readonly address?: string;
  /** The same for UDP and TCP; 0 (default) lets the kernel choose. */
  readonly port?: number;
  /**
   * Default UDP and TCP; a transport left out has nothing listening on the port. `['tls']` is DNS over TLS (RFC 7858),
   * `['https']` DNS over HTTP/2 at any path (RFC 8484): each wants a port, and so a server, of its own.
   */
  readonly transports?: readonly ServerTransport[];
  /** Certificate, key and whatever else `node:tls` takes; for TLS and HTTPS. */
  readonly tls?: TlsOptions;
  /** HTTPS only: decides before the DNS message is read; undefined leaves it to `onQuery` and the zone. */
  readonly onRequest?: RequestHandler;
  /** HTTPS only: for every DNS answer, beside or instead of its content type. */
  readonly httpHeaders?: OutgoingHttpHeaders;
  /** What is not answered by `onQuery`. Read at each query: a change by the test counts from the next one on. */
  readonly zone?: Zone;
  /** SOA of the zone's denials, or `false` for none. */
  readonly soa?: DenialOptions['soa'];
  /** Decides first, for every query; undefined leaves it to the zone. */
  readonly onQuery?: QueryHandler;
  /** For each TCP connection accepted, before anything is read. */
  readonly onConnection?: (connection: ServerConnection) => void;
}

/** Chooses what happens to a query. */
export type QueryHandler = (query: Query) => Behaviour | undefined;

/** Chooses what happens to an HTTP request, whether or not there is a query in it. */
export type RequestHandler = (request: HttpRequest) => HttpBehaviour | undefined;

// The kernel chooses a free UDP port; on TCP the same one may be taken, so another is tried.
const portAttempts = 20;

/** A DNS server of a test, demo or benchmark, which answers as its script says. Made by {@link startDnsServer}. */
export class DnsServer implements AsyncDisposable {
  readonly address: string;
  /** Names and what they get; may be changed or replaced while the server runs. */
  zone: Zone;
  onQuery: QueryHandler | undefined;
  onRequest: RequestHandler | undefined;
  httpHeaders: OutgoingHttpHeaders;
  readonly #log = new QueryLog();
  readonly #closed = new AbortController();
  readonly #errors: unknown[] = [];
  readonly #options: DnsServerOptions;
  readonly #forgers = new Map<string, Promise<UdpEndpoint>>();
  #port = 0;
  #udp: UdpEndpoint | undefined;
  #tcp: TcpEndpoint | undefined;
  #https: HttpsEndpoint | undefined;

  constructor(options: DnsServerOptions) {
    this.#options = options;
    this.address = options.address ?? '127.0.0.1';
    this.zone = options.zone ?? {};
    this.onQuery = options.onQuery;
    this.onRequest = options.onRequest;
    this.httpHeaders = options.httpHeaders ?? {};
  }

  get port(): number {
    return this.#port;
  }

  /** As `dns.setServers` takes it: `127.0.0.1:5353` or `[::1]:5353`. */
  get endpoint(): string {
    return this.address.includes(':') ? `[${this.address}]:${this.#port}` : `${this.address}:${this.#port}`;
  }

  /** Every query received, in order of arrival; a live list. */
  get queries(): readonly Query[] {
    return this.#log.queries;
  }

  /** Connections accepted since the start, and those open now. Encrypted ones count once their handshake is done. */
  get connections(): { accepted: number; open: number } {
    const { accepted = 0, open = 0 } = this.#https ?? this.#tcp ?? {};
    return { accepted, open };
  }

  /** TLS and HTTPS only: another certificate for connections from now on. */
  setTls(options: TlsOptions): void {
    (this.#https ?? this.#tcp)?.setTls(options);
  }

  /** Queries that match, so far. */
  queriesFor(filter: QueryFilter): Query[] {
    return this.#log.select(filter);
  }

  /** Resolves with the matching queries once there are `count`, at once if there are. */
  waitForQueries(count: number, filter?: QueryFilter): Promise<Query[]> {
    return this.#log.waitFor(count, filter);
  }

  /** Forgets the queries so far, to count from here. */
  clearQueries(): void {
    this.#log.clear();
  }

  async start(): Promise<void> {
    const { port = 0, transports = ['udp', 'tcp'], tls = {} } = this.#options;
    const encrypted = transports.filter((transport) => transport === 'tls' || transport === 'https');
    if (encrypted.length > 0 && transports.length > 1) {
      throw new RangeError(`${encrypted[0]} wants a server of its own`);
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#port = port;
        if (transports.includes('udp')) await this.#bindUdp();
        if (transports.includes('tcp')) await this.#listenTcp('tcp');
        if (transports.includes('tls')) await this.#listenTcp('tls', tls);
        if (transports.includes('https')) await this.#listenHttps(tls);
        return;
      } catch (error) {
        await this.#udp?.close();
        const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
        if (port !== 0 || !taken || attempt === portAttempts) throw error;
      }
    }
  }

  /**
   * Stops listening and ends every connection; what is held, delayed or still being sent is dropped.
   *
   * @throws AggregateError if a behaviour failed or a client sent something that is no query: a test that ignores
   * either proves nothing.
   */
  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    const forgers = [...this.#forgers.values()].map(async (socket) => (await socket).close());
    await Promise.all([this.#udp?.close(), this.#tcp?.close(), this.#https?.close(), ...forgers]);
    if (this.#errors.length > 0) {
      throw new AggregateError(this.#errors, `DNS server ${this.endpoint}: ${String(this.#errors[0])}`);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #bindUdp(): Promise<void> {
    this.#udp = await bindUdp(this.address, this.#port, (message, remote) =>
      this.#onDatagram(message, remote),
    );
    this.#port = this.#udp.port;
  }

  async #listenTcp(transport: 'tcp' | 'tls', tls?: TlsOptions): Promise<void> {
    const events = {
      onConnection: (connection: ServerConnection) => this.#options.onConnection?.(connection),
      onMessage: (message: Buffer, connection: ServerConnection, peer: Peer) =>
        this.#onFrame(transport, message, connection, peer),
    };
    this.#tcp = await listenTcp(this.address, this.#port, events, tls);
    this.#port = this.#tcp.port;
  }

  async #listenHttps(tls: TlsOptions): Promise<void> {
    this.#https = await listenHttps(this.address, this.#port, tls, (request) => this.#onRequest(request));
    this.#port = this.#https.port;
  }

  #onDatagram(message: Buffer, remote: RemoteInfo): void {
    const source = { transport: 'udp', sourceAddress: remote.address, sourcePort: remote.port } as const;
    this.#dispatch(message, source, (query) => ({
      query,
      connection: undefined,
      send: (bytes) => this.#udp?.send(bytes, remote.port, remote.address) ?? Promise.resolve(),
      sendFrom: (from, bytes) => this.#forge(from, bytes, remote),
      drained: () => this.#drained(remote.port),
      closed: this.#closed.signal,
    }));
  }

  #onFrame(transport: 'tcp' | 'tls', message: Buffer, connection: ServerConnection, peer: Peer): void {
    const source = {
      transport,
      sourceAddress: peer.address,
      sourcePort: peer.port,
      connection: connection.ordinal,
    } as const;
    this.#dispatch(message, source, (query) => ({
      query,
      connection,
      send: (bytes) => connection.write(frame(bytes)),
      sendFrom: udpOnly,
      drained: udpOnly,
      closed: this.#closed.signal,
    }));
  }

  #onRequest(request: HttpRequest): void {
    const behaviour = this.onRequest?.(request);
    if (behaviour !== undefined) {
      this.#run(() => behaviour(request));
      return;
    }
    const { method, path, headers, peer, connection } = request;
    const message = dnsMessageOf(request);
    if (message === undefined) {
      this.#run(() => request.respond(method === 'POST' || method === 'GET' ? 400 : 501));
      return;
    }
    const source = {
      transport: 'https',
      sourceAddress: peer.address,
      sourcePort: peer.port,
      connection,
      http: { method, path, headers },
    } as const;
    this.#dispatch(message, source, (query) => ({
      query,
      connection: undefined,
      send: (bytes) => {
        const length = { 'content-length': bytes.length };
        return request.respond(
          200,
          { 'content-type': dnsMessageType, ...length, ...this.httpHeaders },
          bytes,
        );
      },
      sendFrom: udpOnly,
      drained: udpOnly,
      closed: this.#closed.signal,
    }));
  }

  #run(behave: () => void | Promise<void>): void {
    try {
      behave()?.catch((error: unknown) => this.#errors.push(error));
    } catch (error) {
      this.#errors.push(error);
    }
  }

  #dispatch(message: Buffer, source: QuerySource, exchangeFor: (query: Query) => Exchange): void {
    this.#run(() => {
      const query = parseQuery(message, source, performance.now());
      this.#log.record(query);
      const behaviour =
        this.onQuery?.(query) ?? answerFromZone(this.zone, withDefined({ soa: this.#options.soa }));
      return behaviour(exchangeFor(query));
    });
  }

  async #forge(from: ForgedSource, bytes: Uint8Array, remote: RemoteInfo): Promise<void> {
    const address = from.address ?? this.address;
    const port = from.port === 'other' ? 0 : this.#port;
    const key = `${address} ${port}`;
    const socket = this.#forgers.get(key) ?? bindUdp(address, port, () => undefined);
    this.#forgers.set(key, socket);
    await (await socket).send(bytes, remote.port, remote.address);
  }

  async #drained(clientPort: number): Promise<void> {
    while (!this.#closed.signal.aborted && unreadOctets(clientPort) > 0) await nextTurn();
  }
}

interface Peer {
  readonly address: string;
  readonly port: number;
}

const udpOnly = (): Promise<never> => Promise.reject(new Error('Only a UDP exchange can be forged'));

/** The message in a request (RFC 8484 §4.1); undefined if there is none. */
function dnsMessageOf({ method, path, headers, body }: HttpRequest): Buffer | undefined {
  if (method === 'POST') return headers['content-type'] === dnsMessageType ? body : undefined;
  const parameter = new URL(path, 'https://server.invalid').searchParams.get('dns');
  return method === 'GET' && parameter !== null ? Buffer.from(parameter, 'base64url') : undefined;
}

function withDefined(options: { soa: DenialOptions['soa'] | undefined }): DenialOptions {
  return options.soa === undefined ? {} : { soa: options.soa };
}

/** Starts a scripted server; it listens when the promise resolves. Rejects with the bind error. */
export async function startDnsServer(options: DnsServerOptions = {}): Promise<DnsServer> {
  const server = new DnsServer(options);
  await server.start();
  return server;
}
