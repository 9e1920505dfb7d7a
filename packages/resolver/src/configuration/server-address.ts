/** Servers as the user writes them: `10.0.0.2`, `10.0.0.2:5353`, `udp://10.0.0.2`, `tcp://[fe80::1%eth0]:53`. */
import { isIP } from '../runtime/is-ip.ts';

export interface ServerAddress {
  readonly protocol: 'udp' | 'tcp';
  /** Without brackets and zone. */
  readonly address: string;
  readonly port: number;
  /** The zone of a link-local IPv6 address. */
  readonly scope?: string;
}

/** RFC 1035 §4.2. */
const DNS_PORT = 53;
const PORT_MAX = 65_535;
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i;
const BRACKETED = /^\[([^\]]+)\](?::(\d{1,5}))?$/;
const WITH_PORT = /^([^:]+):(\d{1,5})$/;

/** @returns the address, or why it cannot be used */
export function parseServerAddress(text: string): ServerAddress | string {
  const [, scheme = 'udp', rest = text] = SCHEME.exec(text) ?? [];
  const protocol = scheme.toLowerCase();
  if (protocol !== 'udp' && protocol !== 'tcp')
    return `the protocol ${protocol} is not supported, only udp, tcp, tls and https are`;
  const [, host = rest, portText] = BRACKETED.exec(rest) ?? WITH_PORT.exec(rest) ?? [];
  const bracketed = rest.startsWith('[');
  const family = isIP(host);
  if (family === 0 || (bracketed && family !== 6))
    return `${JSON.stringify(text)} is not an address with an optional port`;
  const port = portText === undefined ? DNS_PORT : Number(portText);
  if (port < 1 || port > PORT_MAX) return `the port ${portText} is not between 1 and ${PORT_MAX}`;
  const [address, scope] = host.split('%') as [string, string?];
  return scope === undefined ? { protocol, address, port } : { protocol, address, port, scope };
}

/** The one text for all that is the same server: `udp://10.0.0.2:53`, `tcp://[fe80::1%eth0]:53`. */
export function plainServerId({ protocol, address, port, scope }: ServerAddress): string {
  if (!address.includes(':')) return `${protocol}://${address}:${port}`;
  // An IPv6 address can be written in many ways, and a URL has it in one (RFC 5952).
  const brackets = new URL(`http://[${address}]/`).hostname;
  const host = scope === undefined ? brackets : `${brackets.slice(0, -1)}%${scope}]`;
  return `${protocol}://${host}:${port}`;
}
