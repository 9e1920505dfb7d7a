import {
  dohPath,
  startRealServer,
  type Layout,
  type RealServer,
  type RealServerOptions,
} from './real-server.ts';

function dnstap(socket: string): string {
  return `dnstap:
  dnstap-enable: yes
  dnstap-socket-path: "${socket}"
  dnstap-tls: no
  dnstap-log-client-query-messages: yes`;
}

function encryption({ encrypted, address }: Layout): string {
  if (encrypted === undefined) return '';
  const { tls, https, certificate } = encrypted;
  return `  interface: ${address}@${tls}
  interface: ${address}@${https}
  tls-port: ${tls}
  https-port: ${https}
  http-endpoint: "${dohPath}"
  tls-service-pem: "${certificate.certPath}"
  tls-service-key: "${certificate.keyPath}"`;
}

function configure(layout: Layout): string {
  const { folder, address, port, dnstapSocket, zones } = layout;
  return `
server:
  interface: ${address}@${port}
${encryption(layout)}
  access-control: 127.0.0.0/8 allow
  access-control: ::1/128 allow
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  # Unbound denies .test by default (RFC 6761).
${zones.map(({ apex }) => `  local-zone: "${apex}." transparent`).join('\n')}
remote-control:
  control-enable: no
${dnstapSocket === undefined ? '' : dnstap(dnstapSocket)}
${zones
  .map(
    ({ apex, file }) =>
      `auth-zone:\n  name: "${apex}"\n  zonefile: "${file}"\n  for-downstream: yes\n  for-upstream: yes\n  fallback-enabled: no`,
  )
  .join('\n')}
`;
}

/**
 * Starts Unbound with the given zones as local copies. It is a resolver: what is in no zone it would ask the root servers
 * for, unless `extraConfig` says where to forward to.
 */
export function startUnbound(options: RealServerOptions): Promise<RealServer> {
  const args = (configPath: string): string[] => ['-d', '-c', configPath];
  return startRealServer({ program: 'unbound', configure, args, startedText: 'start of service' }, options);
}
