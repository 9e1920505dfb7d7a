import { startRealServer, type Layout, type RealServer, type RealServerOptions } from './real-server.ts';

function dnstap(socket: string): string {
  return `dnstap:
  dnstap-enable: yes
  dnstap-socket-path: "${socket}"
  dnstap-log-auth-query-messages: yes`;
}

function configure({ folder, address, port, dnstapSocket, zones }: Layout): string {
  return `
server:
  ip-address: ${address}@${port}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  xfrdfile: ""
  xfrdir: "${folder}"
  pidfile: ""
  server-count: 1
  verbosity: 1
  # Debian builds NSD with response rate limiting, 200 answers/s for a source; every client here is one source.
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${dnstapSocket === undefined ? '' : dnstap(dnstapSocket)}
${zones.map(({ apex, file }) => `zone:\n  name: "${apex}"\n  zonefile: "${file}"`).join('\n')}
`;
}

/**
 * Starts NSD, which is authoritative for the given zones and refuses every other name. NSD writes no log of queries;
 * what it was asked is read from its dnstap reports.
 */
export function startNsd(options: RealServerOptions): Promise<RealServer> {
  const args = (configPath: string): string[] => ['-d', '-c', configPath];
  return startRealServer({ program: 'nsd', configure, args, startedText: 'nsd started' }, options);
}
