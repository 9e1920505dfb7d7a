/** Arguments of `setServers` and `setLocalAddress`: what is refused, and how, is the running Node's. */
import { isIP } from '../runtime/is-ip.ts';
import { refuse } from '../errors/argument-error.ts';
import { NodeResolver } from '../runtime/node-dns.ts';
import type { NativeServer } from '../native/binding.ts';
import type { ServerAddress } from '../configuration/server-address.ts';

const DNS_PORT = 53;
const PORT_MAX = 65_535;
const BRACKETED = /^\[([^[\]]*)\]/;
const WITH_PORT = /^(.+?)(?::(\d+))?$/;

/** @throws what the running Node throws for a list that it refuses, and for a port that no server can have */
export function readServers(servers: unknown): ServerAddress[] {
  if (!Array.isArray(servers)) refuse(() => new NodeResolver().setServers(servers as never), 'servers');
  const list: ServerAddress[] = [];
  // Holes are skipped.
  servers.forEach((server: unknown) => {
    const address = typeof server === 'string' ? parseServer(server) : undefined;
    if (address === undefined) refuse(() => new NodeResolver().setServers(servers), 'servers');
    // Versions before 24 take the lower 16 bits of it.
    if (address.port > PORT_MAX) refuse(() => new NodeResolver().setServers([server as string]), 'servers');
    list.push(address);
  });
  return list;
}

/** By Node's rules: a port of 0 is none. */
function parseServer(text: string): ServerAddress | undefined {
  const [, splitHost = '', port] = WITH_PORT.exec(text) ?? [];
  const [, bracketed] = BRACKETED.exec(text) ?? [];
  if (isIP(text) !== 0) return serverAddress(text, DNS_PORT);
  for (const host of [bracketed, splitHost]) {
    if (host !== undefined && isIP(host) !== 0) return serverAddress(host, Number(port ?? 0) || DNS_PORT);
  }
  return undefined;
}

function serverAddress(host: string, port: number): ServerAddress {
  const [address, scope] = host.split('%') as [string, string?];
  return { protocol: 'udp', address, port, ...(scope === undefined ? {} : { scope }) };
}

/** Servers as Node's `getServers` writes them: duplicates once, without zones, and none that is asked by URL. */
export function serverTexts(servers: readonly NativeServer[]): string[] {
  const shown = new NodeResolver();
  shown.setServers(
    servers
      .filter((server) => 'address' in server)
      .map(({ address, port, scope }) => `[${address}${scope === undefined ? '' : `%${scope}`}]:${port}`),
  );
  return shown.getServers();
}

/** What Node throws for servers that are set while questions are out. */
export function pendingQueriesError(servers: unknown): Error {
  // Importing it for this would load half of Node.
  const { format } = process.getBuiltinModule('node:util');
  const message = format('c-ares failed to set servers: "%s" [%s]', 'There are pending queries.', servers);
  return Object.assign(new Error(message), { code: 'ERR_DNS_SET_SERVERS_FAILED' });
}

/** @throws what the running Node throws */
export function checkLocalAddress(ipv4: unknown, ipv6: unknown): void {
  new NodeResolver().setLocalAddress(ipv4 as string, ipv6 as string);
}
