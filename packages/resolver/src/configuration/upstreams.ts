/** From the servers of all options to what the addon is told of them, and to what the transports are made of. */
import { WELL_KNOWN } from '@doubao/resolver-doh/servers';
import { ResolverOptionError } from '../errors/errors.ts';
import type { NativeEncryptedServer, NativeOptions, NativeServer } from '../native/binding.ts';
import type { Policies } from './presets.ts';
import { type EncryptedEntry, type ReadEntry, readServerEntry } from './server-entry.ts';
import type { FallbackGroup, ReadRoute } from './server-list.ts';

/** A server that is asked over HTTPS or TLS, as the transport takes it. */
export interface EncryptedUpstreamOptions {
  readonly protocol: 'https' | 'tls';
  /** Names it among all servers of its resolver, to the addon as well. */
  readonly url: string;
  readonly host: string;
  /** Empty: the host is to be looked up once, by the servers that are listed by address. */
  readonly addresses: readonly string[];
  /** PEM; undefined: Node's. */
  readonly ca: readonly string[] | undefined;
  readonly minTlsVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly method: 'POST' | 'GET';
  /** The same server over TLS, for when HTTPS is impossible; without addresses it has those above. */
  readonly downgrade: { readonly url: string; readonly addresses: readonly string[] } | undefined;
}

/** The options about servers, as they were read one by one. */
export interface ReadServers {
  readonly servers: 'system' | readonly ReadEntry[];
  readonly fallback: FallbackGroup | false | readonly ReadEntry[];
  readonly routes: readonly ReadRoute[];
}

export interface UpstreamOptions {
  readonly native: Pick<NativeOptions, 'servers' | 'fallback' | 'routes'>;
  readonly encrypted: readonly EncryptedUpstreamOptions[];
}

type EncryptedPolicies = Pick<Policies, 'minTlsVersion' | 'downgrade'>;

/**
 * @param policies of the preset
 * @throws ResolverOptionError where lists contradict each other
 */
export function composeUpstreams(
  { servers, fallback, routes }: ReadServers,
  policies: EncryptedPolicies,
): UpstreamOptions {
  const primaries = servers === 'system' ? [] : servers;
  const fallbacks = fallbackEntries(fallback, primaries, policies);
  const routed = routes.flatMap((route) => route.servers);
  refuseSameServer(fallbacks, primaries);
  refusePublicRoutes(routed, [...primaries.filter(({ isPublic }) => isPublic === true), ...fallbacks]);

  const encrypted = new Map<string, { identity: string; path: string; options: EncryptedUpstreamOptions }>();
  const native = (entry: ReadEntry, isPublic: boolean): NativeServer => {
    const shown = isPublic ? { public: true } : {};
    if (entry.kind === 'plain') return { ...entry.address, ...shown };
    const options = encryptedOptions(entry, policies);
    if (options.addresses.length === 0 && !canBeLookedUp(options.host, servers, routes)) {
      throw withoutAddresses(entry);
    }
    const { protocol, url } = options;
    const identity = JSON.stringify(options);
    const known = encrypted.get(url);
    if (known !== undefined && known.identity !== identity) {
      throw new ResolverOptionError(
        entry.path,
        `${url} is described otherwise by ${known.path}; describe it once`,
      );
    }
    encrypted.set(url, { identity, path: entry.path, options });
    return { protocol, url, identity, ...shown } satisfies NativeEncryptedServer;
  };
  return {
    native: {
      servers:
        servers === 'system' ? servers : servers.map((entry) => native(entry, entry.isPublic ?? false)),
      ...(fallbacks.length === 0
        ? {}
        : { fallback: fallbacks.map((entry) => native(entry, entry.isPublic ?? true)) }),
      ...(routes.length === 0
        ? {}
        : {
            routes: routes.map((route) => ({
              suffix: route.suffix,
              servers: route.servers.map((entry) => native(entry, false)),
            })),
          }),
    },
    encrypted: [...encrypted.values()].map(({ options }) => options),
  };
}

function fallbackEntries(
  fallback: ReadServers['fallback'],
  primaries: readonly ReadEntry[],
  policies: EncryptedPolicies,
): readonly ReadEntry[] {
  if (fallback === false) return [];
  if (typeof fallback === 'object') return fallback;
  return WELL_KNOWN[fallback]
    .map(({ url, addresses, tls = true }) => {
      const downgrade = policies.downgrade ? { downgrade: tls } : {};
      return readServerEntry({ url, addresses, ...downgrade }, 'fallback');
    })
    .filter(({ id }) => !primaries.some((primary) => primary.id === id));
}

function refuseSameServer(fallbacks: readonly ReadEntry[], primaries: readonly ReadEntry[]): void {
  for (const { id, path } of fallbacks) {
    const same = primaries.find((primary) => primary.id === id);
    if (same !== undefined) throw new ResolverOptionError(path, `${id} is ${same.path} already`);
  }
}

/** A name with a route of its own never goes to a public server, so that such a route would lead nowhere. */
function refusePublicRoutes(routed: readonly ReadEntry[], others: readonly ReadEntry[]): void {
  for (const { id, path, isPublic } of routed) {
    if (isPublic === true) {
      throw new ResolverOptionError(
        `${path}.public`,
        'names of a route go to no public server; leave it out',
      );
    }
    const same = others.find((other) => other.id === id && other.isPublic !== false);
    if (same !== undefined) {
      const reason = `${id} is public by ${same.path}, and names of a route go to no public server`;
      throw new ResolverOptionError(path, reason);
    }
  }
}

function encryptedOptions(entry: EncryptedEntry, policies: EncryptedPolicies): EncryptedUpstreamOptions {
  const { server, addresses, ca, method = 'POST' } = entry;
  const { protocol, url, host } = server;
  const { minTlsVersion } = policies;
  const isDowngradable = protocol === 'https' && (entry.downgrade ?? policies.downgrade) !== false;
  const downgrade = isDowngradable ? overTls(entry) : undefined;
  return { protocol, url, host, addresses, ca, minTlsVersion, method, downgrade };
}

function overTls({
  server,
  addresses,
  downgrade,
}: EncryptedEntry): NonNullable<EncryptedUpstreamOptions['downgrade']> {
  if (typeof downgrade === 'object') {
    return {
      url: downgrade.url,
      addresses: downgrade.addresses.length > 0 ? downgrade.addresses : addresses,
    };
  }
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  return { url: `tls://${host}`, addresses };
}

/** Whether one of the servers that a host's name goes to can be asked without asking for an address first. */
function canBeLookedUp(host: string, servers: ReadServers['servers'], routes: readonly ReadRoute[]): boolean {
  const [route] = routes
    .filter(({ suffix }) => host === suffix || host.endsWith(`.${suffix}`))
    .toSorted((one, other) => other.suffix.length - one.suffix.length);
  const asked = route?.servers ?? servers;
  return asked === 'system' || asked.some(({ kind }) => kind === 'plain');
}

function withoutAddresses({ path, server }: EncryptedEntry): ResolverOptionError {
  const reason = `nobody can be asked for the addresses of ${server.host}: write { url, addresses }, or list a server by its address where that name goes`;
  return new ResolverOptionError(path, reason);
}
