/** Scripted servers for failover: each answers every name, with an address of its own, until it is told otherwise. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createResolver,
  type DoubaoResolver,
  type ResolverFailoverEvent,
  type ResolverOptions,
  type ResolverProbeEvent,
  type ResolverUpstreamEvent,
} from '@doubao/resolver';
import {
  a,
  answer,
  createCertificateAuthority,
  type Certificate,
  type CertificateAuthority,
  type DnsServer,
  type DnsServerOptions,
  drop,
  nodata,
  type QueryHandler,
  startDnsServer,
} from '@doubao/resolver-testbed';

type Event = ResolverFailoverEvent | ResolverUpstreamEvent | ResolverProbeEvent;

/** Answers of one server, which tell whose they are. */
export function answering(address: string): QueryHandler {
  return ({ type }) => (type === 'A' ? answer(a(address, 0)) : nodata());
}

/** Says nothing any more. */
export const silent: QueryHandler = () => drop();

/** A server of the primary class. */
export async function startPlain(address: string): Promise<DnsServer> {
  return startDnsServer({ onQuery: answering(address) });
}

/** Over HTTPS or TLS, with a certificate of `authority` for `dns.test`. */
export async function startEncrypted(
  authority: CertificateAuthority,
  address: string,
  options: Pick<DnsServerOptions, 'transports' | 'tls'> = {},
): Promise<DnsServer> {
  const certificate: Certificate = await authority.issue({ names: ['dns.test'] });
  const { transports = ['https'], tls } = options;
  return startDnsServer({ transports, tls: { ...certificate, ...tls }, onQuery: answering(address) });
}

/** How an encrypted server is written. */
export function entryOf(
  authority: CertificateAuthority,
  { address, port }: DnsServer,
): { url: string; addresses: string[]; ca: Buffer } {
  return { url: `https://dns.test:${port}/dns-query`, addresses: [address], ca: authority.cert };
}

export { createCertificateAuthority };

/** A resolver that asks these servers and knows nothing else. */
export function resolverOf(options: ResolverOptions): DoubaoResolver {
  return createResolver({ hosts: false, search: [], system: 'never', ...options });
}

const CHANNELS = ['failover', 'upstream', 'probe'].map((name) => `doubao.resolver.${name}`);

/** What is told while it is open. */
export class Events implements Disposable {
  readonly seen: Event[] = [];
  readonly #waiting: { type: Event['type']; resolve: (event: Event) => void }[] = [];
  readonly #heed = (message: unknown): void => {
    const event = message as Event;
    this.seen.push(event);
    const [waiting] = this.#waiting.filter(({ type }) => type === event.type);
    if (waiting === undefined) return;
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    waiting.resolve(event);
  };

  constructor() {
    for (const channel of CHANNELS) subscribe(channel, this.#heed);
  }

  /** Kinds of what was told so far, without these. */
  typesBut(...left: Event['type'][]): string[] {
    return this.seen.map(({ type }) => type).filter((type) => !left.includes(type));
  }

  /** Resolves when that is told next. */
  next(type: Event['type']): Promise<Event> {
    return new Promise((resolve) => {
      this.#waiting.push({ type, resolve });
    });
  }

  [Symbol.dispose](): void {
    for (const channel of CHANNELS) unsubscribe(channel, this.#heed);
  }
}

let names = 0;

/** A name that was never looked up. */
export function newName(): string {
  return `n${++names}.load.example`;
}

/** Who answered lookups, by address; or the code of the error. */
export type Tally = Record<string, number>;

/** Looks new names up, so many at a time, until `until` is settled. */
export async function load(
  resolver: DoubaoResolver,
  until: Promise<unknown>,
  atOnce = 4,
  pauseMs = 4,
): Promise<Tally> {
  const tally: Tally = {};
  const ended = new AbortController();
  void until.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  const one = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const outcome = await resolver.promises.lookup(newName(), { family: 4 }).then(
        ({ address }) => address,
        (error: NodeJS.ErrnoException) => error.code ?? String(error),
      );
      tally[outcome] = (tally[outcome] ?? 0) + 1;
      await pause(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  await until;
  return tally;
}
