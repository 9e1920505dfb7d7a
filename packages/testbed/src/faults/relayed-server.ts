import type { Query } from '../query.ts';
import { matches, type QueryFilter } from '../query-log.ts';
import { startBind } from '../real-servers/bind.ts';
import { startNsd } from '../real-servers/nsd.ts';
import { signalTree } from '../real-servers/process-tree.ts';
import type { RealServer, RealServerOptions } from '../real-servers/real-server.ts';
import { startUnbound } from '../real-servers/unbound.ts';
import { startRelay, type Faults, type Relay, type RelayDirection, type RelayStats } from '../relay.ts';

/** A name server that can stand on a stage. */
export type StageProgram = 'nsd' | 'named' | 'unbound';

const starters = { nsd: startNsd, named: startBind, unbound: startUnbound };

/** A real name server behind a relay. It can be killed and started again, and is reached in the same place as before. */
export interface RelayedServer {
  /** Of the relay: whom a client asks. */
  readonly address: string;
  readonly port: number;
  /** `127.0.0.1:5353` */
  readonly endpoint: string;
  readonly running: boolean;
  /** Ends server and relay at once: the port is closed, as on a machine whose name server has crashed. */
  kill(): Promise<void>;
  /** Starts both again after {@link kill}, with other zones if any are given. */
  start(zones?: Record<string, string>): Promise<void>;
  /** SIGSTOP: it receives and does not answer. */
  stop(): void;
  /** SIGCONT: it answers what it has received. */
  resume(): void;
  /** Changes what the path does from now on; a relay started again is a perfect path. */
  set(direction: RelayDirection, faults: Faults): Promise<void>;
  /** Of the path, since the last start. */
  relayStats(): Promise<RelayStats>;
  /**
   * All queries that match and were answered before this call. What was received in the last two seconds before
   * {@link kill} may be missing.
   */
  settledQueries(filter?: QueryFilter): Promise<Query[]>;
  close(): Promise<void>;
}

/** How it is started. */
export interface RelayedServerOptions extends RealServerOptions {
  /** Of the relay; 0 (default) lets the kernel choose. */
  readonly relayPort?: number;
  /** Of the relay. */
  readonly seed?: number;
  /** What the path does from the start, and again after a start. */
  readonly up?: Faults;
  readonly down?: Faults;
}

/** Starts `program` and a relay in front of it. */
export async function startRelayedServer(
  program: StageProgram,
  { relayPort = 0, seed = 0, up = {}, down = {}, ...options }: RelayedServerOptions,
): Promise<RelayedServer> {
  const before: Query[] = [];
  let server: RealServer | undefined = await starters[program](options);
  const { address, port: serverPort } = server;
  let relay: Relay;
  try {
    relay = await startRelay({ upstream: server, address, port: relayPort, seed, up, down });
  } catch (error) {
    await server.close();
    throw error;
  }
  const { port, endpoint } = relay;
  const living = (): RealServer => {
    if (server === undefined) throw new Error(`${program} at ${endpoint} has been killed`);
    return server;
  };
  const kill = async (): Promise<void> => {
    if (server === undefined) return;
    const killed = server;
    server = undefined;
    signalTree(killed.pid, 'SIGKILL');
    await Promise.all([relay.close(), killed.close()]);
    before.push(...killed.queries);
  };
  return {
    address,
    port,
    endpoint,
    get running() {
      return server !== undefined;
    },
    kill,
    async start(zones = options.zones) {
      if (server !== undefined) return;
      server = await starters[program]({ ...options, zones, address, port: serverPort });
      relay = await startRelay({ upstream: server, address, port, seed, up, down });
    },
    stop: () => signalTree(living().pid, 'SIGSTOP'),
    resume: () => signalTree(living().pid, 'SIGCONT'),
    set: (direction, faults) => relay.set(direction, faults),
    relayStats: () => relay.stats(),
    async settledQueries(filter = {}) {
      const now = (await server?.settledQueries(filter)) ?? [];
      return [...before.filter((query) => matches(query, filter)), ...now];
    },
    // Nothing of it is needed any more, and a stopped server could not end by itself.
    close: kill,
  };
}
