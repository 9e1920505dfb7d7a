/**
 * Carries the addon's queries to servers that are reached over HTTPS or TLS. Whom to ask, and what an answer is worth, the
 * addon decides; here octets go out and come back.
 */
import type { DowngradingUpstream, EncryptedUpstream, HeadAnswer, QueryProbe } from '@doubao/resolver-doh';
import type { EncryptedUpstreamOptions } from '../configuration/upstreams.ts';
import type { NativeOptions } from '../native/binding.ts';
import type { Port } from '../native/port.ts';
import type { Leg } from '../native/record.ts';
import type { Clock } from '../runtime/captured.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import { Bootstrap } from './bootstrap.ts';
import { createUpstream } from './encrypted-upstream.ts';
import { Lateness } from './lateness.ts';
import { LegOutcome, outcomeOf } from './outcome.ts';
import type { Transport } from './transport.ts';

export interface LegsWorld {
  readonly port: Port;
  readonly clock: Clock;
  /** See {@link loadTransport}. */
  loadTransport(): Promise<Transport>;
}

/** The encrypted servers of one resolver of the addon. */
export class Legs {
  readonly #servers: ReadonlyMap<string, EncryptedUpstreamOptions>;
  readonly #world: LegsWorld;
  readonly #bootstrap: Bootstrap;
  readonly #lateness: Lateness;
  /** By URL; those that were needed. */
  readonly #upstreams: Map<string, EncryptedUpstream> = new Map();
  #transport: Transport | undefined;
  #isClosed = false;

  constructor(servers: readonly EncryptedUpstreamOptions[], native: NativeOptions, world: LegsWorld) {
    this.#servers = new Map(servers.map((server) => [server.url, server]));
    this.#world = world;
    this.#bootstrap = new Bootstrap(native, world.port);
    this.#lateness = new Lateness(world.clock);
  }

  /** Loads what carrying takes, so that the first leg need not wait for that. Never rejects. */
  async prepare(): Promise<void> {
    try {
      this.#transport ??= await this.#world.loadTransport();
    } catch {
      // The leg that needs it will say so.
    }
  }

  /** Takes a leg that was offered, if it is still to be had, and tells the addon what came of it. */
  carry({ leg, url, query }: Leg): void {
    const { binding, id } = this.#world.port;
    const timeoutMs = binding.takeLeg(id, leg);
    if (timeoutMs === 0) return;
    if (isNetworkDenied()) {
      // Node would refuse a new connection, and not what goes over one that is open.
      binding.answerLeg(id, leg, LegOutcome.Local, false);
      return;
    }
    const wasLate = this.#lateness.watch();
    this.#upstream(url)
      .then((upstream) => upstream.query(query, { timeoutMs }))
      .then(
        ({ bytes }) => binding.answerLeg(id, leg, LegOutcome.Answer, wasLate(), bytes),
        (error: unknown) => binding.answerLeg(id, leg, outcomeOf(error), wasLate()),
      );
  }

  /** Connects to a server ahead of queries. Rejects if that fails. */
  async open(url: string): Promise<void> {
    await (await this.#upstream(url)).open();
  }

  /** Whether a connection to a server is open; undefined if none was needed yet. */
  isConnected(url: string): boolean | undefined {
    const upstream = this.#upstreams.get(url);
    return upstream && upstream.stats().connected !== undefined;
  }

  /** Whether a server that is meant to be asked over HTTPS is asked over TLS, because HTTPS turned out to be impossible. */
  isDowngraded(url: string): boolean {
    return this.#servers.get(url)?.protocol === 'https' && this.#upstreams.get(url)?.protocol === 'tls';
  }

  /**
   * HTTP HEAD to an `https://` server.
   *
   * @returns undefined if nothing came; rejects with what says nothing about the server
   */
  async probeHead(url: string, timeoutMs: number): Promise<HeadAnswer | undefined> {
    const upstream = await this.#upstream(url);
    if (!hasHead(upstream)) throw new Error(`${url} is not asked over HTTPS`);
    const { probeHead } = await this.#load();
    return this.#timely(() => probeHead(upstream, { timeoutMs }));
  }

  /**
   * Asks for the addresses of `name`.
   *
   * @returns undefined if nothing came; rejects with what says nothing about the server
   */
  async probeQuery(url: string, name: string, timeoutMs: number): Promise<QueryProbe | undefined> {
    const upstream = await this.#upstream(url);
    const { probeQuery } = await this.#load();
    return this.#timely(() => probeQuery(upstream, name, { timeoutMs }));
  }

  /** What is under way fails, and others may carry it. Resolves when all connections are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#bootstrap.close();
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.close()));
  }

  /** Rejects if the event loop was late: then the server was not what was measured. */
  async #timely<T>(ask: () => Promise<T>): Promise<T> {
    const wasLate = this.#lateness.watch();
    const [outcome] = await Promise.allSettled([ask()]);
    if (wasLate()) throw new Error('the event loop was late');
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  async #load(): Promise<Transport> {
    this.#transport ??= await this.#world.loadTransport();
    return this.#transport;
  }

  async #upstream(url: string): Promise<EncryptedUpstream> {
    const transport = this.#transport ?? (await this.#load());
    const server = this.#servers.get(url);
    if (this.#isClosed || server === undefined) throw new Error(`${url} is not to be asked any more`);
    let upstream = this.#upstreams.get(url);
    if (upstream === undefined) {
      upstream = createUpstream(server, transport, this.#world.clock, this.#bootstrap.resolve);
      this.#upstreams.set(url, upstream);
    }
    return upstream;
  }
}

function hasHead(upstream: EncryptedUpstream): upstream is DowngradingUpstream {
  return 'head' in upstream;
}
