/** Public resolvers, with the addresses under which they are reached without asking anybody. */

/** A server as {@link createDohUpstream} takes it. */
export interface WellKnownServer {
  readonly url: string;
  /** In the order in which they are tried. */
  readonly addresses: readonly string[];
  /** The same addresses over TLS, where the name is another one there. */
  readonly tls?: string;
}

const CLOUDFLARE: WellKnownServer = {
  url: 'https://cloudflare-dns.com/dns-query',
  addresses: ['1.1.1.1', '2606:4700:4700::1111', '1.0.0.1', '2606:4700:4700::1001'],
};
const QUAD9: WellKnownServer = {
  url: 'https://dns.quad9.net/dns-query',
  addresses: ['9.9.9.9', '2620:fe::fe', '149.112.112.112', '2620:fe::9'],
};
const ALIDNS: WellKnownServer = {
  url: 'https://dns.alidns.com/dns-query',
  addresses: ['223.5.5.5', '2400:3200::1', '223.6.6.6', '2400:3200:baba::1'],
};
const DNSPOD: WellKnownServer = {
  url: 'https://doh.pub/dns-query',
  addresses: ['1.12.12.12', '120.53.53.53'],
  tls: 'tls://dot.pub',
};

/** What `fallback: 'global'` and `fallback: 'china'` stand for. */
export const WELL_KNOWN: Readonly<Record<'global' | 'china', readonly WellKnownServer[]>> = {
  global: [CLOUDFLARE, QUAD9],
  china: [ALIDNS, DNSPOD],
};
