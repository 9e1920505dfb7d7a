import { readFileSync } from 'node:fs';

// /proc/net/udp: "sl local_address rem_address st tx_queue:rx_queue …", addresses and queues in hexadecimal.
const localAddressColumn = 1;
const queuesColumn = 4;

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Octets, bookkeeping included, that wait unread in the UDP sockets bound to `port` on this machine; 0 if there is no
 * such socket, or where the system has no /proc/net/udp.
 */
export function unreadOctets(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let unread = 0;
  for (const line of `${readTable('/proc/net/udp')}\n${readTable('/proc/net/udp6')}`.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[localAddressColumn]?.endsWith(suffix) !== true) continue;
    unread += Number.parseInt(columns[queuesColumn]?.split(':')[1] ?? '0', 16);
  }
  return unread;
}
