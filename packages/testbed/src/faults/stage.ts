import { randomInt } from 'node:crypto';
import { createCertificateAuthority, type CertificateAuthority } from '../certificates.ts';
import type { ServerAddress } from '../raw-client.ts';
import { startFallback, type FallbackKind, type FallbackServer } from './fallback-server.ts';
import { startRelayedServer, type RelayedServer, type StageProgram } from './relayed-server.ts';
import { zoneText } from '../real-servers/zone-text.ts';
import { resolversZone, stageZone, stageZoneText, type StageClass } from './stage-names.ts';

/** Who stands on a stage. Every field has a default. */
export interface StageOptions {
  /** Default `'nsd'`. */
  readonly primary?: StageProgram;
  /** A second server of the primary class; default none. */
  readonly secondary?: StageProgram;
  /** In their order; default one `doh`. */
  readonly fallbacks?: readonly FallbackKind[];
  /** Zones beside that of the stage, by apex, as `zoneText` makes them. */
  readonly zones?: Readonly<Partial<Record<'primary' | 'secondary' | 'fallback', Record<string, string>>>>;
  /** Default 1 000. */
  readonly warmNames?: number;
  /** Default 2. */
  readonly warmTtlSeconds?: number;
  /** Round trip of the path to the servers of the primary class, in ms; default 0. */
  readonly primaryDelayMs?: number;
  /** Round trip of the path to the fallbacks, in ms; default 0. */
  readonly fallbackDelayMs?: number;
  /** Of what is lost; default 0. */
  readonly seed?: number;
  /** Where servers of the primary class are reached; default: on free ports of one address. */
  readonly endpoints?: Readonly<Partial<Record<'primary' | 'secondary', ServerAddress>>>;
  /** Which servers report their queries; default true, all. */
  readonly reportQueries?: boolean | 'fallbacks';
}

/** The servers of one scenario, all with the names of `stage-names.ts`, on a loopback address of their own. */
export interface Stage extends AsyncDisposable {
  readonly primary: RelayedServer;
  readonly secondary: RelayedServer | undefined;
  readonly fallbacks: readonly FallbackServer[];
  /** Issued the fallbacks' certificates: `certPath` is for `NODE_EXTRA_CA_CERTS`. */
  readonly authority: CertificateAuthority;
  /** Options of a resolver that uses all of them; without fallbacks, none about them. */
  readonly options: {
    readonly servers: readonly string[];
    readonly fallback?: readonly { readonly url: string; readonly addresses: readonly string[] }[];
  };
  readonly warmNames: number;
  readonly warmTtlSeconds: number;
  readonly primaryDelayMs: number;
  close(): Promise<void>;
}

/** Starts the servers of a stage, each of a class with the same answers. Needs NSD, dnsdist and openssl. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { fallbacks: kinds = ['doh'], warmNames = 1000, warmTtlSeconds = 2, seed = 0 } = options;
  const { primaryDelayMs = 0, fallbackDelayMs = 0, reportQueries = true } = options;
  // Ports of servers that are started again must not have been taken meanwhile; on 127.0.0.1 others choose theirs too.
  const address = `127.${randomInt(64, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const zones = (by: StageClass, server: 'primary' | 'secondary' | 'fallback'): Record<string, string> => ({
    [stageZone]: stageZoneText(by, warmNames, warmTtlSeconds),
    [resolversZone]: zoneText(resolversZone, []),
    ...options.zones?.[server],
  });
  const authority = await createCertificateAuthority();
  const open: { close(): Promise<void> }[] = [authority];
  const opened = <T extends { close(): Promise<void> }>(part: T): T => {
    open.push(part);
    return part;
  };
  const close = async (): Promise<void> => {
    for (const part of open.splice(0).toReversed()) await part.close();
  };
  const path = { delayMs: primaryDelayMs / 2 };
  const relayed = async (program: StageProgram, server: 'primary' | 'secondary'): Promise<RelayedServer> => {
    const { address: ownAddress = address, port: relayPort = 0 } = options.endpoints?.[server] ?? {};
    const own = {
      zones: zones('primary', server),
      address: ownAddress,
      relayPort,
      seed,
      up: path,
      down: path,
      reportQueries: reportQueries === true,
    };
    return opened(await startRelayedServer(program, own));
  };
  try {
    const primary = await relayed(options.primary ?? 'nsd', 'primary');
    const secondary =
      options.secondary === undefined ? undefined : await relayed(options.secondary, 'secondary');
    const fallbacks: FallbackServer[] = [];
    for (const kind of kinds) {
      const own = {
        authority,
        address,
        zones: zones('fallback', 'fallback'),
        warmTtlSeconds,
        reportQueries: reportQueries !== false,
      };
      fallbacks.push(opened(await startFallback(kind, { ...own, delayMs: fallbackDelayMs })));
    }
    const servers = [primary, ...(secondary === undefined ? [] : [secondary])];
    return {
      primary,
      secondary,
      fallbacks,
      authority,
      options: {
        servers: servers.map(({ endpoint }) => `udp://${endpoint}`),
        ...(fallbacks.length > 0 && {
          fallback: fallbacks.map(({ url, addresses }) => ({ url, addresses })),
        }),
      },
      warmNames,
      warmTtlSeconds,
      primaryDelayMs,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
