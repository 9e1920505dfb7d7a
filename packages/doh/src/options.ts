/** How an upstream is made: what the user says, and what tests put in the place of the world. */
import { isIP } from 'node:net';
// Not from undici's index, which makes itself the dispatcher of the program's `fetch` as soon as it is loaded.
import Client from 'undici/lib/dispatcher/client.js';
import { type Clock, systemClock } from './clock.ts';
import { Connector, type ResolveHost } from './connector.ts';
import { UpstreamOptionError } from './errors.ts';
import type { ClientClass } from './http2-connection.ts';
import { openSecureSocket, type OpenSocket } from './secure-socket.ts';
import { type EncryptedServer, parseServerUrl } from './server-url.ts';

/** Options of both protocols. */
export interface UpstreamOptions {
  /** `https://dns.example/dns-query`, `tls://192.0.2.1#dns.example`; see {@link parseServerUrl}. */
  readonly url: string;
  /** IP addresses of the URL's host, tried in this order; those in the URL itself come first. */
  readonly addresses?: readonly string[] | undefined;
  /** Finds the addresses where neither the URL nor `addresses` has any. Asked until it has once succeeded. */
  readonly resolve?: ResolveHost | undefined;
  /** Certificate authorities to trust (PEM) instead of Node's. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** Default `'TLSv1.2'` (RFC 8310 §9.1). */
  readonly minTlsVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** Milliseconds for TCP and TLS handshake over all addresses; default 3 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds without a query after which a connection is closed; default 30 000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Queries that may be pending at once; further ones fail with `UpstreamBusyError`. Default 1 000. */
  readonly maxPending?: number | undefined;
}

/** What is taken from outside, each replaceable. */
export interface UpstreamDependencies {
  readonly clock: Clock;
  /** undici's class. */
  readonly Client: ClientClass;
  readonly openSocket: OpenSocket;
}

/** Founding design: the connect timeout of a DoH probe. */
const CONNECT_TIMEOUT_MS = 3000;
/** Below the minute after which middleboxes are known to forget connections. */
const IDLE_TIMEOUT_MS = 30_000;
const MAX_PENDING = 1000;
/** Largest delay of a Node timer. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Options with their defaults, and what follows from them. */
export interface ReadOptions extends UpstreamDependencies {
  readonly server: EncryptedServer;
  readonly connector: Connector;
  readonly idleTimeoutMs: number;
  readonly maxPending: number;
}

function milliseconds(path: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (Number.isFinite(value) && value > 0 && value <= MAX_DELAY_MS) return value;
  throw new UpstreamOptionError(path, `${value} is not a number of milliseconds`);
}

/** @throws UpstreamOptionError */
export function readOptions(
  options: UpstreamOptions,
  protocol: 'https' | 'tls',
  dependencies: Partial<UpstreamDependencies>,
): ReadOptions {
  const server = parseServerUrl(options.url);
  if (typeof server === 'string') throw new UpstreamOptionError('url', server);
  if (server.protocol !== protocol) {
    throw new UpstreamOptionError('url', `${JSON.stringify(options.url)} is not a ${protocol}:// URL`);
  }
  const addresses = [...new Set([...server.addresses, ...(options.addresses ?? [])])];
  const bad = addresses.find((address) => isIP(address) === 0);
  if (bad !== undefined) {
    throw new UpstreamOptionError('addresses', `${JSON.stringify(bad)} is not an IP address`);
  }
  if (addresses.length === 0 && options.resolve === undefined) {
    throw new UpstreamOptionError(
      'addresses',
      `the addresses of ${server.host} are needed: it is not looked up to reach it`,
    );
  }
  const { maxPending = MAX_PENDING, minTlsVersion = 'TLSv1.2' } = options;
  if (!Number.isSafeInteger(maxPending) || maxPending < 1) {
    throw new UpstreamOptionError('maxPending', `${maxPending} is not a positive integer`);
  }
  if (minTlsVersion !== 'TLSv1.2' && minTlsVersion !== 'TLSv1.3') {
    throw new UpstreamOptionError('minTlsVersion', `${String(minTlsVersion)} is neither TLSv1.2 nor TLSv1.3`);
  }
  const world = { clock: systemClock, Client, openSocket: openSecureSocket, ...dependencies };
  const connector = new Connector({
    server,
    addresses,
    resolve: options.resolve,
    ca: options.ca,
    minTlsVersion,
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs, CONNECT_TIMEOUT_MS),
    clock: world.clock,
    openSocket: world.openSocket,
  });
  const idleTimeoutMs = milliseconds('idleTimeoutMs', options.idleTimeoutMs, IDLE_TIMEOUT_MS);
  return { ...world, server, connector, idleTimeoutMs, maxPending };
}
