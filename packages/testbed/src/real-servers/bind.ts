import {
  dohPath,
  startRealServer,
  type Layout,
  type RealServer,
  type RealServerOptions,
} from './real-server.ts';

function dnstap(socket: string): string {
  return `dnstap { auth query; client query; };
  dnstap-output unix "${socket}";`;
}

function encryption({ encrypted, address }: Layout, listen: string): { clauses: string; listeners: string } {
  if (encrypted === undefined) return { clauses: '', listeners: '' };
  const { tls, https, certificate } = encrypted;
  return {
    clauses: `
tls testbed { cert-file "${certificate.certPath}"; key-file "${certificate.keyPath}"; };
http testbed { endpoints { "${dohPath}"; }; };`,
    listeners: `
  ${listen} port ${tls} tls testbed { ${address}; };
  ${listen} port ${https} tls testbed http testbed { ${address}; };`,
  };
}

function configure(layout: Layout): string {
  const { folder, address, port, dnstapSocket, zones } = layout;
  const [listen, other] = address.includes(':')
    ? ['listen-on-v6', 'listen-on']
    : ['listen-on', 'listen-on-v6'];
  const { clauses, listeners } = encryption(layout, listen);
  return `${clauses}
options {
  directory "${folder}";
  ${listen} port ${port} { ${address}; };${listeners}
  ${other} { none; };
  pid-file none;
  lock-file none;
  session-keyfile "${folder}/session.key";
  recursion no;
  dnssec-validation no;
  minimal-responses yes;
  ${dnstapSocket === undefined ? '' : dnstap(dnstapSocket)}
};
controls { };
${zones.map(({ apex, file }) => `zone "${apex}" { type primary; file "${file}"; };`).join('\n')}
`;
}

/**
 * Starts BIND's named, authoritative for the given zones. Where AppArmor confines named to Debian's folders, it cannot
 * read its configuration here, and the error says so.
 */
export function startBind(options: RealServerOptions): Promise<RealServer> {
  const args = (configPath: string): string[] => ['-g', '-n', '1', '-c', configPath];
  return startRealServer({ program: 'named', configure, args, startedText: ' running\n' }, options);
}
