import { expect, it } from 'vitest';
import { ResolverOptionError } from '../errors/errors.ts';
import { readOptions, withServersOnly } from './options.ts';

const doh = { url: 'https://dns.test/dns-query', addresses: ['192.0.2.7'] };

it('the groups of fallbacks are asked over HTTPS by addresses of their own, and are public', () => {
  for (const [fallback, hosts] of [
    ['global', ['cloudflare-dns.com', 'dns.quad9.net']],
    ['china', ['dns.alidns.com', 'doh.pub']],
  ] as const) {
    const { native, encrypted } = readOptions({ fallback });
    expect(native.fallback).toEqual(
      hosts.map((host) => ({
        protocol: 'https',
        url: `https://${host}/dns-query`,
        identity: expect.stringContaining(host),
        public: true,
      })),
    );
    expect(encrypted.map(({ host }) => host)).toEqual(hosts);
    for (const { addresses, downgrade, minTlsVersion, method } of encrypted) {
      expect(addresses.length).toBeGreaterThan(1);
      expect({ downgrade, minTlsVersion, method }).toEqual({
        downgrade: undefined,
        minTlsVersion: 'TLSv1.2',
        method: 'POST',
      });
    }
  }
  expect(readOptions({ fallback: false })).toEqual(readOptions({}));
});

it('doubao-v1 falls back to Cloudflare and Quad9, by TLS 1.3, over TLS where HTTPS is impossible', () => {
  const { encrypted } = readOptions({ preset: 'doubao-v1' });
  expect(encrypted.map(({ downgrade, minTlsVersion }) => [downgrade?.url, minTlsVersion])).toEqual([
    ['tls://cloudflare-dns.com', 'TLSv1.3'],
    ['tls://dns.quad9.net', 'TLSv1.3'],
  ]);
  for (const { addresses, downgrade } of encrypted) expect(downgrade?.addresses).toEqual(addresses);
  const china = readOptions({ preset: 'doubao-v1', fallback: 'china' }).encrypted;
  expect(china.map(({ downgrade }) => downgrade?.url)).toEqual(['tls://dns.alidns.com', 'tls://dot.pub']);
  const written = readOptions({
    preset: 'doubao-v1',
    fallback: [{ ...doh, downgrade: false }, 'tls://192.0.2.8'],
  });
  expect(written.encrypted.map(({ downgrade }) => downgrade)).toEqual([undefined, undefined]);
});

it('a downgrade goes to the same server, unless it says otherwise', () => {
  const downgrades = (downgrade: boolean | string, url = doh.url): unknown =>
    readOptions({ servers: [{ ...doh, url, downgrade }] }).encrypted[0]?.downgrade;
  expect(downgrades(false)).toBeUndefined();
  expect(downgrades(true)).toEqual({ url: 'tls://dns.test', addresses: ['192.0.2.7'] });
  expect(downgrades('tls://dot.test:8853')).toEqual({ url: 'tls://dot.test:8853', addresses: ['192.0.2.7'] });
  expect(downgrades('tls://192.0.2.9#dot.test')).toEqual({
    url: 'tls://192.0.2.9#dot.test',
    addresses: ['192.0.2.9'],
  });
  expect(downgrades(true, 'https://[2001:db8::1]/dns-query')).toMatchObject({ url: 'tls://[2001:db8::1]' });
});

it('a fallback is public and a server is not, unless it says otherwise', () => {
  const { native } = readOptions({
    servers: ['192.0.2.1', { url: '192.0.2.2', public: true }, { ...doh, public: true }],
    fallback: ['192.0.2.3', { url: '192.0.2.4', public: false }],
  });
  expect(native.servers).toEqual([
    { protocol: 'udp', address: '192.0.2.1', port: 53 },
    { protocol: 'udp', address: '192.0.2.2', port: 53, public: true },
    { protocol: 'https', url: doh.url, identity: expect.any(String), public: true },
  ]);
  expect(native.fallback).toEqual([
    { protocol: 'udp', address: '192.0.2.3', port: 53, public: true },
    { protocol: 'udp', address: '192.0.2.4', port: 53 },
  ]);
});

it('routes and private names are in lower case, in ASCII and without dots at their ends', () => {
  const { native, encrypted } = readOptions({
    routes: { '.Corp.Example.': ['10.0.0.2', doh], 'bücher.test': ['10.0.0.2'] },
    privateNames: ['.Internal.Test.', 'bücher.test'],
  });
  expect(native.routes).toEqual([
    {
      suffix: 'corp.example',
      servers: [
        { protocol: 'udp', address: '10.0.0.2', port: 53 },
        { protocol: 'https', url: doh.url, identity: expect.any(String) },
      ],
    },
    { suffix: 'xn--bcher-kva.test', servers: [{ protocol: 'udp', address: '10.0.0.2', port: 53 }] },
  ]);
  expect(native.privateNames).toEqual(['internal.test', 'xn--bcher-kva.test']);
  expect(encrypted.map(({ url }) => url)).toEqual([doh.url]);
});

it('what an encrypted server is trusted by is part of who it is', () => {
  const identity = (entry: object): unknown => {
    const { servers } = readOptions({ servers: [{ ...doh, ...entry }] }).native;
    return (servers[0] as { identity?: string }).identity;
  };
  const ca = '-----BEGIN CERTIFICATE-----';
  const others = [{}, { ca }, { addresses: ['192.0.2.8'] }, { downgrade: true }, { method: 'GET' }];
  expect(new Set(others.map(identity)).size).toBe(others.length);
  expect(identity({ addresses: [...doh.addresses] })).toBe(identity({}));
});

it('a host without addresses is looked up by a server that has one', () => {
  const url = 'https://dns.test/dns-query';
  for (const options of [
    { servers: [url, '192.0.2.1'] },
    { fallback: [url] },
    { servers: ['tcp://192.0.2.1'], fallback: [url] },
    {
      servers: [doh],
      routes: { 'dns.test': ['192.0.2.1'], test: [doh] },
      fallback: [url.replace('dns', 'a.dns')],
    },
  ]) {
    const { encrypted } = readOptions(options);
    expect(encrypted.filter(({ addresses }) => addresses.length === 0)).toHaveLength(1);
  }
});

it('a group leaves out what is among the servers already', () => {
  const url = 'https://dns.quad9.net/dns-query';
  const { native, encrypted } = readOptions({
    servers: [{ url, addresses: ['9.9.9.9'] }],
    fallback: 'global',
  });
  expect(native.fallback?.map((server) => 'url' in server && server.url)).toEqual([
    'https://cloudflare-dns.com/dns-query',
  ]);
  expect(encrypted.map(({ host }) => host)).toEqual(['dns.quad9.net', 'cloudflare-dns.com']);
});

it('with servers of its own, a `Resolver` asks those only', () => {
  const options = readOptions({
    fallback: 'global',
    routes: { 'corp.test': [doh] },
    privateNames: ['own.test'],
  });
  const servers = [{ protocol: 'udp', address: '192.0.2.1', port: 53 }] as const;
  const { native, encrypted } = withServersOnly(options, servers);
  expect(native).toEqual({ ...readOptions({ privateNames: ['own.test'] }).native, servers });
  expect(encrypted).toEqual([]);
});

it('the same server may stand behind several routes', () => {
  const { encrypted } = readOptions({ servers: [doh], routes: { 'a.test': [doh], 'b.test': [doh] } });
  expect(encrypted).toHaveLength(1);
});

it.each([
  [{ fallback: 'europe' }, 'fallback', "'global', 'china', false or a list of servers, not \"europe\""],
  [{ fallback: true }, 'fallback', 'not true'],
  [{ fallback: [] }, 'fallback', 'not an empty one'],
  [{ fallback: ['dns.test'] }, 'fallback[0]', 'is not an address'],
  [
    { servers: ['192.0.2.1', 'udp://192.0.2.1:53'] },
    'servers[1]',
    'udp://192.0.2.1:53 is servers[0] already',
  ],
  [{ servers: ['2001:db8::1', '2001:db8:0::1'] }, 'servers[1]', 'already'],
  [{ servers: [doh, doh.url] }, 'servers[1]', 'already'],
  [{ servers: ['tls://192.0.2.1', 'tls://192.0.2.1:853'] }, 'servers[1]', 'already'],
  [{ servers: ['192.0.2.1'], fallback: ['192.0.2.1'] }, 'fallback[0]', 'is servers[0] already'],
  [{ servers: [doh.url] }, 'servers[0]', 'write { url, addresses }'],
  [{ servers: ['tls://dns.test'], fallback: ['192.0.2.1'] }, 'servers[0]', 'the addresses of dns.test'],
  [{ servers: [doh], fallback: ['https://other.test/'] }, 'fallback[0]', 'other.test'],
  [{ routes: { test: [doh.url] } }, 'routes["test"][0]', 'where that name goes'],
  [{ routes: ['192.0.2.1'] }, 'routes', 'must be an object of lists'],
  [{ routes: { 'corp.test': '192.0.2.1' } }, 'routes["corp.test"]', 'must be a list of servers'],
  [{ routes: { 'corp.test': [] } }, 'routes["corp.test"]', 'not an empty one'],
  [{ routes: { 'corp.test': [5] } }, 'routes["corp.test"][0]', 'must be a server'],
  [{ routes: { 'a b': ['192.0.2.1'] } }, 'routes["a b"]', 'must be a host name'],
  [{ routes: { '.': ['192.0.2.1'] } }, 'routes["."]', 'must be a host name'],
  [
    { routes: { 'a.test': ['192.0.2.1'], 'A.test.': ['192.0.2.1'] } },
    'routes["A.test."]',
    'has a route already',
  ],
  [
    { routes: { 'a.test': [{ url: '192.0.2.1', public: true }] } },
    'routes["a.test"][0].public',
    'go to no public server',
  ],
  [
    { routes: { 'a.test': [{ url: '192.0.2.1', publik: true }] } },
    'routes["a.test"][0].publik',
    'did you mean',
  ],
  [
    { fallback: ['192.0.2.1'], routes: { 'a.test': ['192.0.2.1'] } },
    'routes["a.test"][0]',
    'is public by fallback[0]',
  ],
  [
    { servers: [{ url: '192.0.2.1', public: true }], routes: { 'a.test': ['192.0.2.1'] } },
    'routes["a.test"][0]',
    'is public by servers[0]',
  ],
  [
    { servers: [doh], routes: { 'a.test': [{ ...doh, method: 'GET' }] } },
    'routes["a.test"][0]',
    'is described otherwise by servers[0]',
  ],
  [{ privateNames: 'corp.test' }, 'privateNames', 'must be a list of suffixes'],
  [{ privateNames: ['corp.test', '*.test'] }, 'privateNames[1]', 'must be a host name'],
])('refuses %j', (options, path, reason) => {
  expect(() => readOptions(options)).toThrow(reason);
  expect(() => readOptions(options)).toThrow(expect.objectContaining({ path }));
  expect(() => readOptions(options)).toThrow(ResolverOptionError);
});
