const overview = `Usage: doubao-resolver COMMAND

Commands:
  query NAME [TYPE]   resolve NAME as a connection of this machine would
  demo                show what the resolver does, against name servers on loopback

doubao-resolver COMMAND --help tells more. --version prints the version.
`;

const query = `Usage: doubao-resolver query NAME [TYPE] [--server URL]... [--json]

Resolves NAME through @doubao/resolver: hosts file, search list and name servers of this machine.

  TYPE           A or AAAA; both when absent
  --server URL   ask this server instead of the system's: 10.0.0.2, udp://10.0.0.2:53, tcp://[fd00::2]:53,
                 tls://1.1.1.1#cloudflare-dns.com or https://1.1.1.1/dns-query; several are asked in the order given
  --json         print one JSON object

Exit status: 0 there are addresses, 1 there are none, 2 the command line is wrong.
`;

const demo = `Usage: doubao-resolver demo [--json]

Starts name servers on loopback, resolves names over real sockets, and checks each thing it shows in the
servers' query logs and in the resolver's statistics. The last stage kills them under load, second by second.

  --json         print one JSON object instead of the screen

Exit status: 0 every stage did what it says, 1 one did not, 2 the command line is wrong.
`;

/** The help text of one command, or of all. */
export function usage(command?: 'query' | 'demo'): string {
  if (command === 'query') return query;
  if (command === 'demo') return demo;
  return overview;
}
