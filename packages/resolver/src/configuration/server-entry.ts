/** One server as the user writes it: text such as `10.0.0.2` or `https://dns.example/dns-query`, or an object around it. */
import { type EncryptedServer, parseServerUrl } from '@doubao/resolver-doh/servers';
import { ResolverOptionError } from '../errors/errors.ts';
import { isIP } from '../runtime/is-ip.ts';
import { nearestOption } from './nearest-option.ts';
import { describe, oneOf, readBoolean } from './option-values.ts';
import { parseServerAddress, plainServerId, type ServerAddress } from './server-address.ts';

/** A server with more than its address. */
export interface ServerEntry {
  /**
   * `10.0.0.2`, `10.0.0.2:5353`, `udp://10.0.0.2`, `tcp://[fd00::2]:53`, `tls://10.0.0.2#dns.example` (RFC 7858) or
   * `https://dns.example/dns-query` (RFC 8484).
   */
  readonly url: string;
  /**
   * IP addresses of the host of an encrypted server, tried in this order, beside one in the URL itself. Without any, the
   * host is looked up once, by the servers that are listed by address.
   */
  readonly addresses?: readonly string[] | undefined;
  /** Whether private names are kept from it. Default: true in `fallback`, else false */
  readonly public?: boolean | undefined;
  /** Certificate authorities (PEM) that an encrypted server is trusted by. Default: Node's */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /**
   * Of an `https://` server: whether it is asked over TLS while HTTPS to it is impossible, or the `tls://` URL for that;
   * never in plain text. Default: false, with preset `'doubao-v1'` true
   */
  readonly downgrade?: boolean | string | undefined;
  /** Of an `https://` server. `'GET'` can be answered by HTTP caches. Default: `'POST'` */
  readonly method?: 'POST' | 'GET' | undefined;
}

interface Written {
  /** Where it stands: `servers[1]`, `routes["corp.example"][0]`. */
  readonly path: string;
  /** Equal for what is the same server. */
  readonly id: string;
  /** As written; undefined is for the list to decide. */
  readonly isPublic: boolean | undefined;
}

export interface PlainEntry extends Written {
  readonly kind: 'plain';
  readonly address: ServerAddress;
}

export interface EncryptedEntry extends Written {
  readonly kind: 'encrypted';
  readonly server: EncryptedServer;
  /** Those of the URL too; empty if the host is to be looked up. */
  readonly addresses: readonly string[];
  /** PEM. */
  readonly ca: readonly string[] | undefined;
  readonly method: 'POST' | 'GET' | undefined;
  /** Undefined is for the preset to decide. */
  readonly downgrade: boolean | EncryptedServer | undefined;
}

export type ReadEntry = PlainEntry | EncryptedEntry;

const KEYS: readonly (keyof ServerEntry)[] = ['url', 'addresses', 'public', 'ca', 'downgrade', 'method'];
const FOR_ENCRYPTED: readonly (keyof ServerEntry)[] = ['addresses', 'ca', 'downgrade', 'method'];
const FOR_HTTPS: readonly (keyof ServerEntry)[] = ['downgrade', 'method'];
const ENCRYPTED = /^(?:https|tls):\/\//i;
const PLAIN_HTTP = /^http:\/\//i;
const PEM = '-----BEGIN ';
const FORMS =
  '10.0.0.2, udp://10.0.0.2:53, tcp://10.0.0.2, tls://10.0.0.2#dns.example or https://dns.example/dns-query';

const readMethod = oneOf('POST', 'GET');

/** @throws ResolverOptionError with the path of what is wrong */
export function readServerEntry(value: unknown, path: string): ReadEntry {
  if (typeof value === 'string') return readEntry({ url: value }, path, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const reason = `must be a server, such as ${FORMS}, or an object with its url, not ${describe(value)}`;
    throw new ResolverOptionError(path, reason);
  }
  for (const key of Object.keys(value)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    const meant = nearestOption(
      `${path}.${key}`,
      KEYS.map((known) => `${path}.${known}`),
    );
    throw new ResolverOptionError(
      `${path}.${key}`,
      `is unknown${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
    );
  }
  return readEntry(value, path, `${path}.url`);
}

/** @param urlPath where the URL stands */
function readEntry(
  entry: { readonly [Key in keyof ServerEntry]?: unknown },
  path: string,
  urlPath: string,
): ReadEntry {
  const { url } = entry;
  if (typeof url !== 'string') {
    throw new ResolverOptionError(urlPath, `must be a server, such as ${FORMS}, not ${describe(url)}`);
  }
  const isPublic = entry.public === undefined ? undefined : readBoolean(entry.public, `${path}.public`);
  if (PLAIN_HTTP.test(url)) {
    throw new ResolverOptionError(
      urlPath,
      `${JSON.stringify(url)} would be asked in plain text; write https://`,
    );
  }
  if (!ENCRYPTED.test(url)) {
    const address = parseServerAddress(url);
    if (typeof address === 'string') throw new ResolverOptionError(urlPath, address);
    refuseKeys(entry, FOR_ENCRYPTED, path, 'is for https:// and tls:// servers only');
    return { kind: 'plain', path, id: plainServerId(address), isPublic, address };
  }
  const server = readEncryptedUrl(url, urlPath);
  if (server.protocol === 'tls') refuseKeys(entry, FOR_HTTPS, path, 'is for https:// servers only');
  const given = entry.addresses === undefined ? [] : readAddresses(entry.addresses, `${path}.addresses`);
  return {
    kind: 'encrypted',
    path,
    id: encryptedServerId(server),
    isPublic,
    server,
    addresses: [...new Set([...server.addresses, ...given])],
    ca: entry.ca === undefined ? undefined : readAuthorities(entry.ca, `${path}.ca`),
    method:
      entry.method === undefined ? undefined : (readMethod(entry.method, `${path}.method`) as 'POST' | 'GET'),
    downgrade:
      entry.downgrade === undefined ? undefined : readDowngrade(entry.downgrade, `${path}.downgrade`),
  };
}

function refuseKeys(entry: object, keys: readonly (keyof ServerEntry)[], path: string, reason: string): void {
  for (const key of keys) {
    if ((entry as ServerEntry)[key] !== undefined) throw new ResolverOptionError(`${path}.${key}`, reason);
  }
}

/** An https URL is in one form already; a tls URL is as it was written. */
function encryptedServerId({
  protocol,
  url,
  host,
  port,
  addresses: [address = host],
}: EncryptedServer): string {
  return protocol === 'https' ? url : `tls://${address}:${port}#${host}`;
}

function readEncryptedUrl(url: string, path: string): EncryptedServer {
  const server = parseServerUrl(url);
  if (typeof server === 'string') throw new ResolverOptionError(path, server);
  return server;
}

function readAddresses(value: unknown, path: string): string[] {
  if (!Array.isArray(value))
    throw new ResolverOptionError(path, `must be a list of IP addresses, not ${describe(value)}`);
  return value.map((address: unknown, index) => {
    if (typeof address === 'string' && isIP(address) !== 0) return address;
    throw new ResolverOptionError(`${path}[${index}]`, `must be an IP address, not ${describe(address)}`);
  });
}

function readAuthorities(value: unknown, path: string): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0)
    throw new ResolverOptionError(path, 'is empty; leave it out to trust what Node trusts');
  return list.map((authority, index) => {
    const text = authority instanceof Uint8Array ? new TextDecoder('latin1').decode(authority) : authority;
    if (typeof text === 'string' && text.includes(PEM)) return text;
    const at = Array.isArray(value) ? `${path}[${index}]` : path;
    throw new ResolverOptionError(at, 'must be certificates in PEM, the content of a file and not its path');
  });
}

function readDowngrade(value: unknown, path: string): boolean | EncryptedServer {
  if (typeof value === 'boolean') return value;
  const server = typeof value === 'string' ? parseServerUrl(value) : undefined;
  if (typeof server === 'object' && server.protocol === 'tls') return server;
  throw new ResolverOptionError(path, `must be true, false or a tls:// URL, not ${describe(value)}`);
}
