import type { RemoteInfo } from 'node:dgram';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DenialOptions } from './behaviours/respond.ts';
import type { Behaviour, Exchange, ForgedSource, ServerConnection } from './exchange.ts';
import { frame } from './frame-reader.ts';
import { parseQuery, type Query, type QuerySource } from './query.ts';
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
  /** Default both; a transport left out has nothing listening on the port. */
  readonly transports?: readonly ('udp' | 'tcp')[];
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

// The kernel chooses a free UDP port; on TCP the same one may be taken, so another is tried.
const portAttempts = 20;

/** A DNS server of a test, demo or benchmark, which answers as its script says. Made by {@link startDnsServer}. */
export class DnsServer implements AsyncDisposable {
  readonly address: string;
  /** Names and what they get; may be changed or replaced while the server runs. */
  zone: Zone;
  onQuery: QueryHandler | undefined;
  readonly #log = new QueryLog();
  readonly #closed = new AbortController();
  readonly #errors: unknown[] = [];
  readonly #options: DnsServerOptions;
  readonly #forgers = new Map<string, Promise<UdpEndpoint>>();
  #port = 0;
  #udp: UdpEndpoint | undefined;
  #tcp: TcpEndpoint | undefined;

  constructor(options: DnsServerOptions) {
    this.#options = options;
    this.address = options.address ?? '127.0.0.1';
    this.zone = options.zone ?? {};
    this.onQuery = options.onQuery;
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

  /** TCP connections accepted since the start, and those open now. */
  get connections(): { accepted: number; open: number } {
    return { accepted: this.#tcp?.accepted ?? 0, open: this.#tcp?.open ?? 0 };
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
    const { port = 0, transports = ['udp', 'tcp'] } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#port = port;
        if (transports.includes('udp')) await this.#bindUdp();
        if (transports.includes('tcp')) await this.#listenTcp();
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
    await Promise.all([this.#udp?.close(), this.#tcp?.close(), ...forgers]);
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

  async #listenTcp(): Promise<void> {
    this.#tcp = await listenTcp(this.address, this.#port, {
      onConnection: (connection) => this.#options.onConnection?.(connection),
      onMessage: (message, connection, peer) => this.#onFrame(message, connection, peer),
    });
    this.#port = this.#tcp.port;
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

  #onFrame(message: Buffer, connection: ServerConnection, peer: { address: string; port: number }): void {
    const source = {
      transport: 'tcp',
      sourceAddress: peer.address,
      sourcePort: peer.port,
      connection: connection.ordinal,
    } as const;
    const udpOnly = () => Promise.reject(new Error('Only a UDP exchange can be forged'));
    this.#dispatch(message, source, (query) => ({
      query,
      connection,
      send: (bytes) => connection.write(frame(bytes)),
      sendFrom: udpOnly,
      drained: udpOnly,
      closed: this.#closed.signal,
    }));
  }

  #dispatch(message: Buffer, source: QuerySource, exchangeFor: (query: Query) => Exchange): void {
    try {
      const query = parseQuery(message, source, performance.now());
      this.#log.record(query);
      const behaviour =
        this.onQuery?.(query) ?? answerFromZone(this.zone, withDefined({ soa: this.#options.soa }));
      const done = behaviour(exchangeFor(query));
      done?.catch((error: unknown) => this.#errors.push(error));
    } catch (error) {
      this.#errors.push(error);
    }
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

function withDefined(options: { soa: DenialOptions['soa'] | undefined }): DenialOptions {
  return options.soa === undefined ? {} : { soa: options.soa };
}

/** Starts a scripted server; it listens when the promise resolves. Rejects with the bind error. */
export async function startDnsServer(options: DnsServerOptions = {}): Promise<DnsServer> {
  const server = new DnsServer(options);
  await server.start();
  return server;
}
