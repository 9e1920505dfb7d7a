import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../certificates.ts';
import { parseQuery, type Query } from '../query.ts';
import { QueryLog, type QueryFilter } from '../query-log.ts';
import { encodeQuery, rawUdpClient } from '../raw-client.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { receiveDnstap, type DnstapReceiver } from './dnstap-receiver.ts';
import { freePort } from './free-port.ts';
import { findProgram, whyUnavailable, type ServerProgram } from './installed.ts';

/** What a real name server serves, and where. */
export interface RealServerOptions {
  /** Text of each zone by its apex, as `zoneText` makes it. */
  readonly zones: Record<string, string>;
  /** Loopback address; default `'127.0.0.1'`. */
  readonly address?: string;
  /** For UDP and TCP; a free one is found when absent. */
  readonly port?: number;
  /** Whether the server reports its queries; default true. False spares a benchmark the cost. */
  readonly reportQueries?: boolean;
  /** Serves TLS and HTTPS with this certificate too, on ports of their own. Not for NSD, which does neither here. */
  readonly certificate?: Certificate;
  /** Where it listens for encrypted queries; free ports are found when absent. */
  readonly encryptedPorts?: EncryptedPorts;
  /** Lines that are added to the end of the configuration file as they are. */
  readonly extraConfig?: string;
}

/** Where a server listens for encrypted queries. */
export interface EncryptedPorts {
  /** DNS over TLS. */
  readonly tls: number;
  /** DNS over HTTPS, at {@link dohPath}. */
  readonly https: number;
}

/** Where all servers here answer DNS over HTTPS. */
export const dohPath = '/dns-query';

/** What a program needs to know to write its configuration. */
export interface Layout {
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  /** Where to report queries to, if at all. */
  readonly dnstapSocket: string | undefined;
  readonly encrypted: (EncryptedPorts & { readonly certificate: Certificate }) | undefined;
  readonly zones: readonly { readonly apex: string; readonly file: string }[];
}

/** How one program is configured and started. */
export interface ServerRecipe {
  readonly program: ServerProgram;
  configure(layout: Layout): string;
  args(configPath: string): readonly string[];
  /** What it prints once its sockets are bound and its zones are loaded. */
  readonly startedText: string;
}

/** A running name server with a record of what it was asked. */
export interface RealServer extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** As `dns.setServers` takes it. */
  readonly endpoint: string;
  /** @throws Error if the server was started without a certificate */
  readonly encrypted: EncryptedPorts;
  readonly pid: number;
  /** What it has printed. */
  readonly output: string;
  /**
   * The queries that the server reported so far, by dnstap. Reports arrive late, after two seconds at most:
   * {@link settledQueries} waits for them.
   */
  readonly queries: readonly Query[];
  /**
   * All queries that match and were answered before this call. It sends one query more, which is not listed. Rejects if
   * the server does not report queries.
   */
  settledQueries(filter?: QueryFilter): Promise<Query[]>;
  waitForQueries(count: number, filter?: QueryFilter): Promise<Query[]>;
  clearQueries(): void;
  /** Ends the process and removes its folder. */
  close(): Promise<void>;
}

// Between the choice of a free port and its use another program may take it.
const startAttempts = 3;
const probeSuffix = 'probe.invalid';

async function prepare(
  recipe: ServerRecipe,
  options: RealServerOptions,
  folder: string,
): Promise<{ configPath: string; layout: Layout }> {
  const zones = Object.entries(options.zones).map(([apex, text], index) => ({
    apex,
    text,
    file: join(folder, `zone-${index}.txt`),
  }));
  const { address = '127.0.0.1', certificate } = options;
  const { port: givenPort, encryptedPorts: givenPorts } = options;
  const taken = new Set([givenPort, givenPorts?.tls, givenPorts?.https]);
  const free = async (): Promise<number> => {
    const port = await freePort(address);
    if (taken.has(port)) return free();
    taken.add(port);
    return port;
  };
  const port = givenPort ?? (await free());
  const encrypted =
    certificate === undefined
      ? undefined
      : { certificate, tls: givenPorts?.tls ?? (await free()), https: givenPorts?.https ?? (await free()) };
  const layout = {
    folder,
    address,
    port,
    encrypted,
    dnstapSocket: options.reportQueries === false ? undefined : join(folder, 'dnstap'),
    zones,
  };
  for (const { file, text } of zones) await writeFile(file, text);
  const configPath = join(folder, 'server.conf');
  await writeFile(configPath, `${recipe.configure(layout)}\n${options.extraConfig ?? ''}\n`);
  return { configPath, layout };
}

class RunningServer implements RealServer {
  readonly address: string;
  readonly port: number;
  readonly #daemon: Daemon;
  readonly #receiver: DnstapReceiver | undefined;
  readonly #log: QueryLog;
  readonly #probes: QueryLog;
  readonly #folder: string;
  readonly #encrypted: EncryptedPorts | undefined;
  #probesSent = 0;

  constructor(
    layout: Layout,
    daemon: Daemon,
    receiver: DnstapReceiver | undefined,
    log: QueryLog,
    probes: QueryLog,
  ) {
    this.address = layout.address;
    this.port = layout.port;
    this.#folder = layout.folder;
    this.#encrypted = layout.encrypted;
    this.#daemon = daemon;
    this.#receiver = receiver;
    this.#log = log;
    this.#probes = probes;
  }

  get endpoint(): string {
    return this.address.includes(':') ? `[${this.address}]:${this.port}` : `${this.address}:${this.port}`;
  }

  get encrypted(): EncryptedPorts {
    if (this.#encrypted === undefined) throw new Error('This server was started without a certificate');
    return this.#encrypted;
  }

  get pid(): number {
    return this.#daemon.pid;
  }

  get output(): string {
    return this.#daemon.output;
  }

  get queries(): readonly Query[] {
    return this.#log.queries;
  }

  /** Asks the server for a name of its own and returns that name once there is an answer, whatever it says. */
  async probe(): Promise<string> {
    this.#probesSent += 1;
    const name = `${this.#probesSent}.${probeSuffix}`;
    await using client = await rawUdpClient(this);
    await client.send(encodeQuery({ name }));
    await client.receive();
    return name;
  }

  async settledQueries(filter: QueryFilter = {}): Promise<Query[]> {
    if (this.#receiver === undefined) throw new Error('This server was started with reportQueries: false');
    // Reports come in the order of the queries: once the probe's is here, so are all before it.
    const name = await this.probe();
    await this.#probes.waitFor(1, { name });
    return this.#log.select(filter);
  }

  waitForQueries(count: number, filter?: QueryFilter): Promise<Query[]> {
    return this.#log.waitFor(count, filter);
  }

  clearQueries(): void {
    this.#log.clear();
  }

  async close(): Promise<void> {
    await this.#daemon.stop();
    await this.#receiver?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function attemptStart(
  recipe: ServerRecipe,
  options: RealServerOptions,
  path: string,
): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), `testbed-${recipe.program}-`));
  let daemon: Daemon | undefined;
  let receiver: DnstapReceiver | undefined;
  try {
    const { configPath, layout } = await prepare(recipe, options, folder);
    const log = new QueryLog();
    const probes = new QueryLog();
    if (layout.dnstapSocket !== undefined) {
      receiver = await receiveDnstap(layout.dnstapSocket, ({ bytes, source, at }) => {
        const query = parseQuery(bytes, source, at);
        (query.name.endsWith(probeSuffix) ? probes : log).record(query);
      });
    }
    daemon = await startDaemon(path, recipe.args(configPath), folder);
    await daemon.printed(recipe.startedText);
    const server = new RunningServer(layout, daemon, receiver, log, probes);
    await server.probe();
    return server;
  } catch (error) {
    await daemon?.stop();
    await receiver?.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Starts a name server in the foreground with a folder of its own, and waits until it has answered a query.
 *
 * @throws Error if it is not installed, or did not start; the message has what it printed.
 */
export async function startRealServer(recipe: ServerRecipe, options: RealServerOptions): Promise<RealServer> {
  const path = findProgram(recipe.program);
  if (path === undefined) throw new Error(whyUnavailable(recipe.program));
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptStart(recipe, options, path);
    } catch (error) {
      const taken = String(error).toLowerCase().includes('address already in use');
      if (!taken || options.port !== undefined || attempt === startAttempts) throw error;
    }
  }
}
