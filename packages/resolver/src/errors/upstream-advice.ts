/** What to look at when a server did not help, by what became of the query. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['SERVFAIL', 'The server could not find out: look at its log, and at the name servers of the zone.'],
  ['REFUSED', 'The server does not serve this client: allow it there, or list another server.'],
  [
    'FORMERR',
    'The server does not understand queries as they are today: is it a DNS server, and up to date?',
  ],
  ['NOTIMP', 'The server does not understand queries as they are today: is it a DNS server, and up to date?'],
  [
    'TIMEOUT',
    'No answer came: does the server run, and do firewalls let UDP and TCP pass to that port and back?',
  ],
  ['NETWORK', 'The server cannot be reached: check its address and port, and the firewalls on the way.'],
  ['BADRESP', 'Its answer cannot be read: what is between it and this machine that changes messages?'],
  [
    'PRIVATE',
    'The name is private and the server public, so that it was not asked: is a server of your own down, or is a route missing?',
  ],
  [
    'TLS',
    'No encrypted connection that can be trusted: is the certificate for this server, in date and known (ca), or does something on the way open TLS?',
  ],
  ['HTTP', 'The server answers, but with no DNS message: check the path of its URL, and its log.'],
  ['LOCAL', 'This machine did not let the query out: check routes, permissions and ulimit -n.'],
]);

/** One sentence, or nothing for what needs no advice. */
export function upstreamAdvice(status: string): string {
  return ADVICE.get(status) ?? '';
}
