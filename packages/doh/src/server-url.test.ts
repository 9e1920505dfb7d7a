import { expect, test } from 'vitest';
import { parseServerUrl } from './server-url.ts';
import { WELL_KNOWN } from './well-known.ts';

const DOH = { protocol: 'https', port: 443, path: '/dns-query', addresses: [] };
const DOT = { protocol: 'tls', port: 853, path: '', addresses: [] };

test.each([
  ['https://dns.example/dns-query', { ...DOH, host: 'dns.example' }],
  ['https://dns.example', { ...DOH, host: 'dns.example', url: 'https://dns.example/dns-query' }],
  ['https://dns.example/dns-query{?dns}', { ...DOH, host: 'dns.example' }],
  ['https://DNS.Example:8443/a/b?key=1', { ...DOH, host: 'dns.example', port: 8443, path: '/a/b?key=1' }],
  ['https://192.0.2.1/dns-query', { ...DOH, host: '192.0.2.1', addresses: ['192.0.2.1'] }],
  ['https://[2001:db8::1]/dns-query', { ...DOH, host: '2001:db8::1', addresses: ['2001:db8::1'] }],
  ['https://dns.bücher.example/q', { ...DOH, host: 'dns.xn--bcher-kva.example', path: '/q' }],
  ['tls://192.0.2.1#dns.example', { ...DOT, host: 'dns.example', addresses: ['192.0.2.1'] }],
  ['TLS://192.0.2.1', { ...DOT, host: '192.0.2.1', addresses: ['192.0.2.1'] }],
  ['tls://dns.example:8853', { ...DOT, host: 'dns.example', port: 8853 }],
  [
    'tls://[2001:db8::1]:8853#dns.example',
    { ...DOT, host: 'dns.example', port: 8853, addresses: ['2001:db8::1'] },
  ],
  ['tls://[fe80::1%eth0]#dns.example', { ...DOT, host: 'dns.example', addresses: ['fe80::1%eth0'] }],
])('%s', (text, expected) => {
  expect(parseServerUrl(text)).toMatchObject(expected);
});

test.each([
  ['192.0.2.1', 'neither'],
  ['udp://192.0.2.1', 'neither'],
  ['http://dns.example/dns-query', 'neither'],
  ['https://', 'not a URL'],
  ['https://user:secret@dns.example/', 'password'],
  ['https://192.0.2.1/dns-query#dns.example', 'fragment'],
  ['https://dns.example:0/', 'port'],
  ['https://-dns.example/', 'not a host name'],
  ['tls://', 'not tls://'],
  ['tls://dns.example/path', 'not tls://'],
  ['tls://192.0.2.1:70000', 'port'],
  ['tls://[192.0.2.1]', 'not an IPv6 address'],
  ['tls://192.0.2.1#', 'not a host name'],
  ['tls://192.0.2.1#two names', 'not a host name'],
])('%s is refused', (text, reason) => {
  expect(parseServerUrl(text)).toContain(reason);
});

test('the well-known servers can be used as they are, by addresses of their own', () => {
  for (const { url, addresses } of [...WELL_KNOWN.global, ...WELL_KNOWN.china]) {
    expect(parseServerUrl(url)).toMatchObject({ protocol: 'https', path: '/dns-query' });
    expect(addresses.length).toBeGreaterThan(1);
  }
});
