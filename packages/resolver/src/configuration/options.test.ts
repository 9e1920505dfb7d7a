import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bloomFilter } from '../allow-list/bloom-filter.ts';
import { ResolverError, ResolverOptionError } from '../errors/errors.ts';
import { OPTION_TABLE } from './option-table.ts';
import { readOptions } from './options.ts';

it('has a default for everything', () => {
  const { native, ...own } = readOptions({});
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
      staleServeAfterMs: 300,
      staleHoldSeconds: 30,
      jitter: 0.1,
      refreshAhead: true,
      negativeMaxTtlSeconds: 300,
      negativeIfAbsent: false,
      dynamicTtl: false,
      missesPerSecond: 0,
    },
    hedge: true,
  });
  expect(own).toEqual({
    preset: 'resilient',
    health: {},
    encrypted: [],
    system: 'auto',
    allow: undefined,
    prewarm: [],
    prewarmAt: undefined,
    snapshot: undefined,
  });
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
    cache: {
      maxBytes: 1,
      maxEntries: 2,
      minTtl: 3,
      maxTtl: 4,
      namespace: 'mine',
      stale: { maxAge: 5, serveAfter: 250, hold: 10 },
      jitter: 0.05,
      refreshAhead: false,
      negative: { maxTtl: 6 },
      missesPerSecond: 7,
    },
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
    cache: {
      maxBytes: 1,
      maxEntries: 2,
      minTtlSeconds: 3,
      maxTtlSeconds: 4,
      staleMaxAgeSeconds: 5,
      staleServeAfterMs: 250,
      staleHoldSeconds: 10,
      jitter: 0.05,
      refreshAhead: false,
      negativeMaxTtlSeconds: 6,
      negativeIfAbsent: false,
      dynamicTtl: false,
      missesPerSecond: 7,
    },
    namespace: 'mine',
    hedge: false,
  });
  expect(system).toBe('never');
});

it('the preset doubao-v1 has defaults of its own, which what is written beside it wins over', () => {
  expect(readOptions({ preset: 'resilient' })).toEqual(readOptions({}));
  const { native, preset } = readOptions({ preset: 'doubao-v1' });
  const { fallback, ...others } = native;
  const ordinary = readOptions({}).native;
  expect(preset).toBe('doubao-v1');
  expect(fallback).toHaveLength(2);
  expect(others).toEqual({
    ...ordinary,
    timeoutMs: 1000,
    hedge: false,
    cache: { ...ordinary.cache, negativeMaxTtlSeconds: 120, negativeIfAbsent: true, dynamicTtl: true },
  });
  const written = readOptions({
    preset: 'doubao-v1',
    cache: { negative: { maxTtl: 300 } },
    timeout: 500,
    fallback: false,
    hedge: true,
  }).native;
  expect(written).toMatchObject({ cache: { negativeMaxTtlSeconds: 300 }, timeoutMs: 500, hedge: true });
  expect(written).not.toHaveProperty('fallback');
});

it("how soon upstreams are believed is the preset's policy, but for what is written", () => {
  const health = { probeInterval: 500, canary: 2000, ramp: 1000, leadStays: 3000 };
  expect(readOptions({ health }).health).toEqual(health);
  expect(readOptions({ preset: 'doubao-v1', health: { canary: 100 } }).health).toEqual({ canary: 100 });
});

it('a snapshot has an absolute path, an interval, and a daily job with it', () => {
  const { snapshot, prewarmAt } = readOptions({ cache: { snapshot: { path: 'cache.snapshot' } } });
  expect(snapshot).toEqual({ path: join(process.cwd(), 'cache.snapshot'), intervalMs: 300_000 });
  expect(prewarmAt).toBe('02:00');
  const written = readOptions({
    cache: { snapshot: { path: '/var/cache/s', interval: 5 }, prewarm: { at: false } },
  });
  expect(written).toMatchObject({
    snapshot: { path: '/var/cache/s', intervalMs: 5000 },
    prewarmAt: undefined,
  });
  expect(readOptions({ cache: { prewarm: { at: '23:59' } } }).prewarmAt).toBe('23:59');
});

it('an allow-list is made of whatever is given of it', () => {
  const { allow } = readOptions({ cache: { allow: { names: ['bücher.test'], suffixes: ['.svc.test'] } } });
  expect(allow?.allows('xn--bcher-kva.test')).toBe(true);
  expect(allow?.allows('a.svc.test')).toBe(true);
  expect(allow?.allows('other.test')).toBe(false);
  const { bits, hashes } = bloomFilter(['large.test']);
  const fromJson = { bits: Buffer.from(bits).toString('base64'), hashes };
  for (const bloom of [{ bits, hashes }, fromJson as never]) {
    expect(readOptions({ cache: { allow: { bloom } } }).allow?.allows('large.test')).toBe(true);
  }
  expect(readOptions({ cache: { allow: { names: [] } } }).allow?.allows('any.test')).toBe(false);
  expect(readOptions({ cache: { allow: {} } }).allow).toBeUndefined();
});

it.each([
  [{ server: [] }, 'server', 'servers'],
  [{ cache: { maxTTL: 5 } }, 'cache.maxTTL', 'cache.maxTtl'],
  [{ cache: { maxAge: 5 } }, 'cache.maxAge', 'cache.stale.maxAge'],
  [{ maxTtl: 5 }, 'maxTtl', 'cache.maxTtl'],
  [{ ndosts: 5 }, 'ndosts', 'ndots'],
  [{ chace: {} }, 'chace', 'cache'],
  [{ cache: { snapshot: { file: 'x' } } }, 'cache.snapshot.file', undefined],
  [{ speed: 1 }, 'speed', undefined],
])('%j is unknown, and what was meant is said', (options, path, meant) => {
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  expect(() => readOptions(options)).toThrow(`option ${path}: is unknown${hint}`);
});

it.each([
  [{ server: [] }, 'server'],
  [{ cache: { maxSize: 1 } }, 'cache.maxSize'],
  [{ cache: { stale: { age: 1 } } }, 'cache.stale.age'],
  [{ cache: 5 }, 'cache'],
  [{ cache: null }, 'cache'],
  [{ servers: [] }, 'servers'],
  [{ servers: '1.1.1.1' }, 'servers'],
  [{ servers: ['192.0.2.1', 'http://dns.test/'] }, 'servers[1]'],
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
  [{ health: { canary: 0 } }, 'health.canary'],
  [{ health: { leadStays: '1 s' } }, 'health.leadStays'],
  [{ health: { probes: 1 } }, 'health.probes'],
  [{ preset: 'doubao' }, 'preset'],
  [{ cache: { jitter: 0.2 } }, 'cache.jitter'],
  [{ cache: { refreshAhead: 'yes' } }, 'cache.refreshAhead'],
  [{ cache: { negative: { maxTtl: -1 } } }, 'cache.negative.maxTtl'],
  [{ cache: { missesPerSecond: 0.5 } }, 'cache.missesPerSecond'],
  [{ cache: { allow: { names: 'a.test' } } }, 'cache.allow.names'],
  [{ cache: { allow: { names: ['a.test', ''] } } }, 'cache.allow.names[1]'],
  [{ cache: { allow: { suffixes: ['*.test'] } } }, 'cache.allow.suffixes[0]'],
  [{ cache: { allow: { suffixes: ['.'] } } }, 'cache.allow.suffixes[0]'],
  [{ cache: { allow: { bloom: 5 } } }, 'cache.allow.bloom'],
  [{ cache: { allow: { bloom: { bits: [], hashes: 1 } } } }, 'cache.allow.bloom.bits'],
  [{ cache: { allow: { bloom: { bits: '', hashes: 1 } } } }, 'cache.allow.bloom.bits'],
  [{ cache: { allow: { bloom: { bits: 'AAAA', hashes: 99 } } } }, 'cache.allow.bloom.hashes'],
  [{ cache: { snapshot: { path: '' } } }, 'cache.snapshot.path'],
  [{ cache: { snapshot: { interval: 0 } } }, 'cache.snapshot.interval'],
  [{ cache: { prewarm: { at: '2:00' } } }, 'cache.prewarm.at'],
  [{ cache: { prewarm: { at: '24:00' } } }, 'cache.prewarm.at'],
  [{ cache: { prewarm: { at: true } } }, 'cache.prewarm.at'],
  [{ prewarm: 'a.test' }, 'prewarm'],
  [{ prewarm: ['a b'] }, 'prewarm[0]'],
  [null, 'options'],
  ['servers', 'options'],
  [{ failover: undefined }, 'failover'],
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
