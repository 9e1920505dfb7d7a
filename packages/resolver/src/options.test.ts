import { expect, it } from 'vitest';
import { ResolverError, ResolverOptionError } from './errors.ts';
import { OPTION_TABLE, readOptions } from './options.ts';

it('has a default for everything', () => {
  const { native, system } = readOptions({});
  expect(native).toEqual({
    servers: 'system',
    resolvConf: '/etc/resolv.conf',
    hosts: '/etc/hosts',
    deadlineMs: 5000,
    cache: {
      maxBytes: 67_108_864,
      maxEntries: 100_000,
      minTtlSeconds: 0,
      maxTtlSeconds: 86_400,
      staleMaxAgeSeconds: 86_400,
    },
    hedge: true,
  });
  expect(system).toBe('auto');
  expect(readOptions(undefined)).toEqual(readOptions({}));
});

it('takes undefined for left out, at any depth', () => {
  const undefinedEverywhere = {
    servers: undefined,
    hosts: undefined,
    cache: { stale: { maxAge: undefined }, minTtl: undefined },
  };
  expect(readOptions(undefinedEverywhere)).toEqual(readOptions({}));
  expect(readOptions({ cache: undefined })).toEqual(readOptions({}));
});

it('gives the addon what was written', () => {
  const { native, system } = readOptions({
    servers: ['192.0.2.53', 'tcp://[2001:db8::53]:5353', 'udp://fe80::53%eth0'],
    hosts: false,
    search: ['example.test', 'bücher.test.'],
    ndots: 3,
    timeout: 400,
    tries: 2,
    deadline: 900,
    cache: { maxBytes: 1, maxEntries: 2, minTtl: 3, maxTtl: 4, namespace: 'mine', stale: { maxAge: 5 } },
    system: 'never',
    hedge: false,
  });
  expect(native).toEqual({
    servers: [
      { protocol: 'udp', address: '192.0.2.53', port: 53 },
      { protocol: 'tcp', address: '2001:db8::53', port: 5353 },
      { protocol: 'udp', address: 'fe80::53', port: 53, scope: 'eth0' },
    ],
    resolvConf: '/etc/resolv.conf',
    hosts: false,
    search: ['example.test', 'xn--bcher-kva.test.'],
    ndots: 3,
    timeoutMs: 400,
    tries: 2,
    deadlineMs: 900,
    cache: { maxBytes: 1, maxEntries: 2, minTtlSeconds: 3, maxTtlSeconds: 4, staleMaxAgeSeconds: 5 },
    namespace: 'mine',
    hedge: false,
  });
  expect(system).toBe('never');
});

it.each([
  [{ server: [] }, 'server'],
  [{ cache: { maxSize: 1 } }, 'cache.maxSize'],
  [{ cache: { stale: { age: 1 } } }, 'cache.stale.age'],
  [{ cache: 5 }, 'cache'],
  [{ cache: null }, 'cache'],
  [{ servers: [] }, 'servers'],
  [{ servers: '1.1.1.1' }, 'servers'],
  [{ servers: ['192.0.2.1', 'https://dns.test/'] }, 'servers[1]'],
  [{ servers: ['dns.test'] }, 'servers[0]'],
  [{ servers: ['192.0.2.1:0'] }, 'servers[0]'],
  [{ servers: [5] }, 'servers[0]'],
  [{ hosts: true }, 'hosts'],
  [{ hosts: '' }, 'hosts'],
  [{ search: 'example.test' }, 'search'],
  [{ search: ['a b'] }, 'search[0]'],
  [{ ndots: 16 }, 'ndots'],
  [{ ndots: '1' }, 'ndots'],
  [{ timeout: 0 }, 'timeout'],
  [{ tries: 11 }, 'tries'],
  [{ deadline: 1.5 }, 'deadline'],
  [{ deadline: null }, 'deadline'],
  [{ cache: { minTtl: 10, maxTtl: 5 } }, 'cache.minTtl'],
  [{ cache: { namespace: '' } }, 'cache.namespace'],
  [{ system: 'maybe' }, 'system'],
  [{ hedge: 1 }, 'hedge'],
  [null, 'options'],
  ['servers', 'options'],
  [{ fallback: undefined }, 'fallback'],
  [JSON.parse('{"__proto__": 1}'), '__proto__'],
])('refuses %j with its path', (options, path) => {
  let thrown: unknown;
  try {
    readOptions(options);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ResolverOptionError);
  expect(thrown).toBeInstanceOf(ResolverError);
  expect(thrown).toMatchObject({ code: 'ERR_RESOLVER_OPTION', path, name: 'ResolverOptionError' });
  expect((thrown as Error).message).toContain(path);
});

it('has each option in the table once', () => {
  const paths = OPTION_TABLE.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});
