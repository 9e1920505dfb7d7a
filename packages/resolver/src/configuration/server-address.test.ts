import { describe, expect, it } from 'vitest';
import { parseServerAddress, plainServerId, type ServerAddress } from './server-address.ts';

describe('a server', () => {
  it.each([
    ['192.0.2.53', { protocol: 'udp', address: '192.0.2.53', port: 53 }],
    ['192.0.2.53:5353', { protocol: 'udp', address: '192.0.2.53', port: 5353 }],
    ['udp://192.0.2.53', { protocol: 'udp', address: '192.0.2.53', port: 53 }],
    ['TCP://192.0.2.53:65535', { protocol: 'tcp', address: '192.0.2.53', port: 65_535 }],
    ['2001:db8::53', { protocol: 'udp', address: '2001:db8::53', port: 53 }],
    ['[2001:db8::53]', { protocol: 'udp', address: '2001:db8::53', port: 53 }],
    ['tcp://[2001:db8::53]:54', { protocol: 'tcp', address: '2001:db8::53', port: 54 }],
    ['fe80::1%eth0', { protocol: 'udp', address: 'fe80::1', port: 53, scope: 'eth0' }],
    ['[fe80::1%2]:5353', { protocol: 'udp', address: 'fe80::1', port: 5353, scope: '2' }],
  ])('%s is read', (text, expected) => {
    expect(parseServerAddress(text)).toEqual(expected);
  });

  it.each([
    '',
    'dns.test',
    '192.0.2',
    '192.0.2.53:',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '192.0.2.53:53x',
    '[192.0.2.53]:53',
    '[2001:db8::53',
    '[2001:db8::53]x',
    'udp://',
    'udp://192.0.2.53/path',
    'tls://192.0.2.53',
    'https://192.0.2.53/dns-query',
    ' 192.0.2.53',
  ])('%j is refused with a reason', (text) => {
    expect(parseServerAddress(text)).toEqual(expect.any(String));
  });
});

it.each([
  ['192.0.2.53', 'udp://192.0.2.53:53'],
  ['tcp://192.0.2.53:5353', 'tcp://192.0.2.53:5353'],
  ['2001:DB8:0:0::53', 'udp://[2001:db8::53]:53'],
  ['tcp://[fe80:0::1%eth0]', 'tcp://[fe80::1%eth0]:53'],
])('%s is the server %s', (text, id) => {
  expect(plainServerId(parseServerAddress(text) as ServerAddress)).toBe(id);
});
