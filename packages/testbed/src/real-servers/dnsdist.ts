import type { ServerAddress } from '../raw-client.ts';
import {
  dohPath,
  startRealServer,
  type Layout,
  type RealServer,
  type RealServerOptions,
} from './real-server.ts';

/** Which server dnsdist stands in front of, and how it is reached itself. */
export type DnsdistOptions = Omit<RealServerOptions, 'zones' | 'reportQueries'> & {
  /** Where it sends its queries, by UDP. */
  readonly backend: ServerAddress;
};

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function encryption({ encrypted, address }: Layout): string {
  if (encrypted === undefined) return '';
  const { tls, https, certificate } = encrypted;
  const pair = `'${certificate.certPath}', '${certificate.keyPath}'`;
  return `
addTLSLocal('${endpoint(address, tls)}', ${pair}, { minTLSVersion = 'tls1.2' })
addDOHLocal('${endpoint(address, https)}', ${pair}, '${dohPath}', { minTLSVersion = 'tls1.2' })`;
}

/**
 * Starts dnsdist in front of another server. It reports no queries by itself; the server behind it does.
 *
 * Health checks of the other server are off: they would be among its queries, and it is always up.
 */
export function startDnsdist({ backend, ...options }: DnsdistOptions): Promise<RealServer> {
  const configure = (layout: Layout): string => `
setLocal('${endpoint(layout.address, layout.port)}')
setACL({ '127.0.0.0/8', '::1/128' })
-- No word to its makers about its version.
setSecurityPollSuffix('')
newServer({ address = '${endpoint(backend.address, backend.port)}' }):setUp()
${encryption(layout)}
`;
  const args = (configPath: string): string[] => ['--supervised', '--disable-syslog', '-C', configPath];
  return startRealServer(
    { program: 'dnsdist', configure, args, startedText: 'Listening on' },
    { ...options, zones: {}, reportQueries: false },
  );
}
