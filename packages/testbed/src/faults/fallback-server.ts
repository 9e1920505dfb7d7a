import type { CertificateAuthority } from '../certificates.ts';
import { startDnsServer, type DnsServer } from '../dns-server.ts';
import type { Query } from '../query.ts';
import { matches, type QueryFilter } from '../query-log.ts';
import { startDnsdist } from '../real-servers/dnsdist.ts';
import { startNsd } from '../real-servers/nsd.ts';
import { signalTree } from '../real-servers/process-tree.ts';
import { dohPath, type RealServer } from '../real-servers/real-server.ts';
import { startRelay, type Faults, type Relay, type RelayDirection } from '../relay.ts';
import { stageAnswer } from './stage-names.ts';

/** The name on the certificates of fallbacks. */
export const fallbackHost = 'dns.stage.example';

/**
 * `doh` and `dot`: dnsdist in front of NSD, over HTTPS or TLS, behind a relay. `scripted`: DNS over HTTPS by a server that
 * misbehaves on request.
 */
export type FallbackKind = 'doh' | 'dot' | 'scripted';

/** An encrypted server that is asked when the others fail. */
export interface FallbackServer {
  readonly kind: FallbackKind;
  readonly url: string;
  /** IP addresses of the host in `url`. */
  readonly addresses: readonly string[];
  /** The scripted server, to change what it does. @throws Error for the other kinds */
  readonly script: DnsServer;
  /** Closes its port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP: connections are accepted, and nothing comes back. Not for `scripted`. */
  stop(): void;
  resume(): void;
  /** Changes what the path does; of all faults, streams have delays and black holes. Not for `scripted`. */
  set(direction: RelayDirection, faults: Faults): Promise<void>;
  /** All queries that match and were answered before this call. */
  settledQueries(filter?: QueryFilter): Promise<Query[]>;
  close(): Promise<void>;
}

/** What all kinds are started with. */
export interface FallbackOptions {
  readonly authority: CertificateAuthority;
  readonly address: string;
  /** Text of each zone, for real servers; a scripted one knows the names of the stage. */
  readonly zones: Record<string, string>;
  readonly warmTtlSeconds: number;
  /** Of the path. */
  readonly delayMs?: number;
  readonly reportQueries?: boolean;
}

/** Starts a fallback with a certificate for {@link fallbackHost}. */
export function startFallback(kind: FallbackKind, options: FallbackOptions): Promise<FallbackServer> {
  return kind === 'scripted' ? startScripted(options) : startReal(kind, options);
}

async function startReal(kind: 'doh' | 'dot', options: FallbackOptions): Promise<FallbackServer> {
  const { authority, address, zones, delayMs = 0, reportQueries = true } = options;
  const certificate = await authority.issue({ names: [fallbackHost], addresses: [address] });
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of open.splice(0).toReversed()) await part.close();
  };
  try {
    const backend = await startNsd({ zones, address, reportQueries });
    open.push(backend);
    const first = await startDnsdist({ backend, certificate, address });
    let front: RealServer | undefined = first;
    let relay: Relay;
    const { port, encrypted } = first;
    const path = { delayMs: delayMs / 2 };
    const behind = { address, port: kind === 'doh' ? encrypted.https : encrypted.tls };
    const kill = async (): Promise<void> => {
      if (front === undefined) return;
      const killed = front;
      front = undefined;
      signalTree(killed.pid, 'SIGKILL');
      await Promise.all([relay.close(), killed.close()]);
    };
    open.push({ close: kill });
    relay = await startRelay({ upstream: behind, address, up: path, down: path });
    const { port: relayPort, endpoint } = relay;
    const living = (): RealServer => {
      if (front === undefined) throw new Error(`The fallback at ${endpoint} has been killed`);
      return front;
    };
    return {
      kind,
      url:
        kind === 'doh'
          ? `https://${fallbackHost}:${relayPort}${dohPath}`
          : `tls://${endpoint}#${fallbackHost}`,
      addresses: kind === 'doh' ? [address] : [],
      get script(): DnsServer {
        throw new Error('This fallback is a real server');
      },
      kill,
      async start() {
        if (front !== undefined) return;
        front = await startDnsdist({ backend, certificate, address, port, encryptedPorts: encrypted });
        relay = await startRelay({ upstream: behind, address, port: relayPort, up: path, down: path });
      },
      stop: () => signalTree(living().pid, 'SIGSTOP'),
      resume: () => signalTree(living().pid, 'SIGCONT'),
      set: (direction, faults) => relay.set(direction, faults),
      settledQueries: (filter) => backend.settledQueries(filter),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startScripted(options: FallbackOptions): Promise<FallbackServer> {
  const { authority, address, warmTtlSeconds } = options;
  const tls = await authority.issue({ names: [fallbackHost] });
  const before: Query[] = [];
  const startAt = (port: number): Promise<DnsServer> =>
    startDnsServer({
      address,
      port,
      transports: ['https'],
      tls,
      onQuery: (query) => stageAnswer(query, 'fallback', warmTtlSeconds),
    });
  let script: DnsServer | undefined = await startAt(0);
  const { port } = script;
  const kill = async (): Promise<void> => {
    const killed = script;
    script = undefined;
    if (killed === undefined) return;
    await killed.close();
    before.push(...killed.queries);
  };
  const impossible = (): never => {
    throw new Error('A scripted fallback has no process and no relay of its own');
  };
  return {
    kind: 'scripted',
    url: `https://${fallbackHost}:${port}${dohPath}`,
    addresses: [address],
    get script() {
      if (script === undefined) throw new Error('The scripted fallback has been killed');
      return script;
    },
    kill,
    async start() {
      script ??= await startAt(port);
    },
    stop: impossible,
    resume: impossible,
    set: impossible,
    settledQueries: (filter = {}) =>
      Promise.resolve([
        ...before.filter((query) => matches(query, filter)),
        ...(script?.queriesFor(filter) ?? []),
      ]),
    close: kill,
  };
}
