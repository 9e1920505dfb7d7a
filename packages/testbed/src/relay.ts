import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServerAddress } from './raw-client.ts';
import { startSteeredProcess, type SteeredProcess } from './steered-process.ts';

/** Faults of one direction of a relay; what is absent stays as it is, at first none. */
export interface Faults {
  /** Added to every datagram and stream, in ms. */
  readonly delayMs?: number;
  /** Up to this much more for each datagram, uniform, in ms; neighbours may overtake each other. */
  readonly jitterMs?: number;
  /** Probability in 0..1 that a datagram is lost. */
  readonly loss?: number;
  /** Probability in 0..1 that a datagram arrives twice. */
  readonly duplicate?: number;
  /** Probability in 0..1 that a datagram is held back by `reorderByMs`. */
  readonly reorder?: number;
  readonly reorderByMs?: number;
  /** Nothing passes; TCP streams stand still, and go on when it is false again. */
  readonly blackHole?: boolean;
  /** What every answer in a datagram is turned into; TCP passes unchanged. */
  readonly forge?: Forgery;
}

/**
 * What a relay does to answers: a code, NOERROR with nothing at all (`empty`), a denial with a SOA, truncation without
 * data, or another ID.
 */
export type Forgery =
  | 'none'
  | 'servfail'
  | 'refused'
  | 'empty'
  | 'no-data'
  | 'nxdomain'
  | 'truncated'
  | 'wrong-id';

/** `'up'` is from the client to the server. */
export type RelayDirection = 'up' | 'down' | 'both';

/** How a relay starts. */
export interface RelayOptions {
  /** The server, on loopback. */
  readonly upstream: ServerAddress;
  /** Loopback address to listen on, by UDP and TCP; default `'127.0.0.1'`. */
  readonly address?: string;
  /** 0 (default) lets the kernel choose. */
  readonly port?: number;
  /** The same seed and datagrams give the same faults; default 0. */
  readonly seed?: number;
  readonly up?: Faults;
  readonly down?: Faults;
}

/** What has happened in one direction since the start. */
export interface DirectionStats {
  readonly received: number;
  readonly forwarded: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** By the black hole. */
  readonly swallowed: number;
  /** Octets of TCP streams that went out. */
  readonly streamOctets: number;
}

/** What a relay has done since its start. */
export interface RelayStats {
  readonly up: DirectionStats;
  readonly down: DirectionStats;
  /** Client ports that have a way to the server. */
  readonly flows: number;
  /** Datagrams that are delayed now. */
  readonly onTheWay: number;
}

/** A process of its own that listens on loopback. */
interface ListeningProcess extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** As `dns.setServers` takes it. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A running relay. */
export interface Relay extends ListeningProcess {
  /** Changes faults from now on; resolves when they are in force. */
  set(direction: RelayDirection, faults: Faults): Promise<void>;
  stats(): Promise<RelayStats>;
}

/** What a responder answers, and when. */
export interface ResponderOptions {
  readonly address?: string;
  readonly port?: number;
  /** Between a query and its answer, in ms; default 0. */
  readonly delayMs?: number;
  /** Addresses of every known name; without any, the answer to that type is NODATA. */
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  /** Default 300. */
  readonly ttlSeconds?: number;
  /** Only names that end in it are known; default: all are. */
  readonly suffix?: string;
  /** What other names get: nothing (default), or NXDOMAIN. */
  readonly unknown?: 'drop' | 'deny';
}

/** What a responder was asked since its start. */
export interface ResponderStats {
  readonly a: number;
  readonly aaaa: number;
  readonly other: number;
  /** For unknown names, of any type. */
  readonly unknown: number;
  /** Datagrams that were no query. */
  readonly ignored: number;
  readonly answers: number;
  readonly pending: number;
}

/** A running responder. UDP only. */
export interface Responder extends ListeningProcess {
  stats(): Promise<ResponderStats>;
}

const faultNames: Record<keyof Faults, string> = {
  delayMs: 'delay',
  jitterMs: 'jitter',
  loss: 'loss',
  duplicate: 'duplicate',
  reorder: 'reorder',
  reorderByMs: 'reorder-by',
  blackHole: 'black-hole',
  forge: 'forge',
};

/** Name and value of each fault given, as the relay's command line and commands write them. */
function faultWords(faults: Faults): [string, string][] {
  return Object.entries(faults).map(([key, value]: [string, number | boolean | string]) => [
    faultNames[key as keyof Faults],
    typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value),
  ]);
}

function endpoint({ address, port }: ServerAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const binary = fileURLToPath(
  new URL(`../dist/testbed-relay${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url),
);

async function start(
  args: readonly string[],
): Promise<{ child: SteeredProcess; listening: ListeningProcess }> {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: build the package first`);
  const child = await startSteeredProcess(binary, args);
  const where = { address: String(child.ready['address']), port: Number(child.ready['port']) };
  const close = (): Promise<void> => child.close();
  return { child, listening: { ...where, endpoint: endpoint(where), close, [Symbol.asyncDispose]: close } };
}

/** Starts a relay in front of a server. Rejects if it cannot bind, or if an address is not on loopback. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { upstream, address = '127.0.0.1', port = 0, seed = 0, up = {}, down = {} } = options;
  const faults = [
    ...faultWords(up).map(([name, value]) => [`--up-${name}`, value]),
    ...faultWords(down).map(([name, value]) => [`--down-${name}`, value]),
  ].flat();
  const addresses = ['--upstream', endpoint(upstream), '--listen', endpoint({ address, port })];
  const { child, listening } = await start(['relay', ...addresses, '--seed', String(seed), ...faults]);
  return {
    ...listening,
    async set(direction, changed) {
      await Promise.all(
        faultWords(changed).map(([name, value]) => child.ask(`set ${direction} ${name} ${value}`)),
      );
    },
    stats: async () => (await child.ask('stats')) as unknown as RelayStats,
  };
}

/** Starts a responder: a DNS server for loads, which gives every known name the same addresses. */
export async function startResponder(options: ResponderOptions = {}): Promise<Responder> {
  const { address = '127.0.0.1', port = 0, delayMs = 0, a = [], aaaa = [], ttlSeconds = 300 } = options;
  const { suffix = '.', unknown = 'drop' } = options;
  const { child, listening } = await start([
    'respond',
    '--listen',
    endpoint({ address, port }),
    '--delay',
    String(delayMs),
    '--ttl',
    String(ttlSeconds),
    '--suffix',
    suffix,
    '--unknown',
    unknown,
    ...a.flatMap((value) => ['--a', value]),
    ...aaaa.flatMap((value) => ['--aaaa', value]),
  ]);
  return { ...listening, stats: async () => (await child.ask('stats')) as unknown as ResponderStats };
}
