import { expect, it } from 'vitest';
import { ResolverOptionError } from '../errors/errors.ts';
import { readServerEntry } from './server-entry.ts';

const authority = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

it('text is a server, and an object around the same text is the same', () => {
  for (const [url, id] of [
    ['192.0.2.1', 'udp://192.0.2.1:53'],
    ['tcp://192.0.2.1:5353', 'tcp://192.0.2.1:5353'],
    ['https://DNS.test', 'https://dns.test/dns-query'],
    ['tls://192.0.2.1#dns.test', 'tls://192.0.2.1:853#dns.test'],
    ['TLS://dns.test', 'tls://dns.test:853#dns.test'],
  ] as const) {
    const read = readServerEntry(url, 'servers[0]');
    expect(read).toMatchObject({ id, path: 'servers[0]', isPublic: undefined });
    expect(readServerEntry({ url, addresses: undefined, ca: undefined }, 'servers[0]')).toEqual(read);
  }
});

it('an encrypted server has what is written of it', () => {
  const read = readServerEntry(
    {
      url: 'https://192.0.2.1/q',
      addresses: ['192.0.2.2', '2001:db8::1', '192.0.2.1'],
      public: true,
      ca: [authority, Buffer.from(authority)],
      method: 'GET',
      downgrade: 'tls://192.0.2.1#dns.test',
    },
    'fallback[0]',
  );
  expect(read).toMatchObject({
    kind: 'encrypted',
    isPublic: true,
    server: { protocol: 'https', host: '192.0.2.1' },
    addresses: ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
    ca: [authority, authority],
    method: 'GET',
    downgrade: { protocol: 'tls', host: 'dns.test' },
  });
  expect(
    readServerEntry({ url: 'https://192.0.2.1', ca: authority, downgrade: true }, 'servers[0]'),
  ).toMatchObject({
    ca: [authority],
    downgrade: true,
  });
});

const https = 'https://dns.test/dns-query';

it.each([
  [5, 'at', 'must be a server, such as 10.0.0.2'],
  [null, 'at', 'not null'],
  [['192.0.2.1'], 'at', 'not an array'],
  [{}, 'at.url', 'must be a server'],
  [{ url: 5 }, 'at.url', 'not 5'],
  [{ url: '192.0.2.1', adresses: [] }, 'at.adresses', 'is unknown (did you mean at.addresses?)'],
  [{ url: '192.0.2.1', Public: true }, 'at.Public', 'did you mean at.public?'],
  [{ url: '192.0.2.1', colour: 'red' }, 'at.colour', /is unknown$/],
  ['dns.test', 'at', 'is not an address'],
  ['http://dns.test/dns-query', 'at', 'write https://'],
  ['quic://192.0.2.1', 'at', 'only udp, tcp, tls and https are'],
  ['https://user:secret@dns.test/', 'at', 'password'],
  [{ url: 'tls://dns.test/path' }, 'at.url', 'is not tls://'],
  [{ url: https, public: 'yes' }, 'at.public', 'must be true or false'],
  [{ url: https, addresses: '192.0.2.1' }, 'at.addresses', 'must be a list of IP addresses'],
  [
    { url: https, addresses: ['192.0.2.1', 'dns.test'] },
    'at.addresses[1]',
    'must be an IP address, not "dns.test"',
  ],
  [{ url: https, addresses: [5] }, 'at.addresses[0]', 'not 5'],
  [{ url: https, ca: '/etc/ca.pem' }, 'at.ca', 'the content of a file and not its path'],
  [{ url: https, ca: [authority, 5] }, 'at.ca[1]', 'must be certificates'],
  [{ url: https, ca: [] }, 'at.ca', 'is empty'],
  [{ url: https, method: 'PUT' }, 'at.method', 'must be one of POST, GET'],
  [{ url: https, downgrade: 'udp://192.0.2.1' }, 'at.downgrade', 'must be true, false or a tls:// URL'],
  [{ url: https, downgrade: https }, 'at.downgrade', 'tls:// URL'],
  [{ url: https, downgrade: 1 }, 'at.downgrade', 'not 1'],
  [{ url: 'tls://192.0.2.1', downgrade: true }, 'at.downgrade', 'is for https:// servers only'],
  [{ url: 'tls://192.0.2.1', method: 'GET' }, 'at.method', 'is for https:// servers only'],
  [{ url: '192.0.2.1', addresses: ['192.0.2.1'] }, 'at.addresses', 'is for https:// and tls:// servers only'],
  [{ url: '192.0.2.1', ca: authority }, 'at.ca', 'is for https:// and tls:// servers only'],
  [{ url: 'tcp://192.0.2.1', downgrade: false }, 'at.downgrade', 'is for https:// and tls:// servers only'],
])('refuses %j', (value, path, reason) => {
  expect(() => readServerEntry(value, 'at')).toThrow(reason);
  expect(() => readServerEntry(value, 'at')).toThrow(expect.objectContaining({ path }));
  expect(() => readServerEntry(value, 'at')).toThrow(ResolverOptionError);
});
