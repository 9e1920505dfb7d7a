import { expect, it } from 'vitest';
import { environmentOptions, warnOfUnknownVariables } from './environment-options.ts';
import { readOptions } from './options.ts';
import { OPTION_TABLE } from './option-table.ts';

it('reads a variable per option', () => {
  const options = environmentOptions({
    DOUBAO_RESOLVER_SERVERS: '192.0.2.53, tcp://192.0.2.54',
    DOUBAO_RESOLVER_FALLBACK: 'https://1.1.1.1/dns-query, tls://9.9.9.9#dns.quad9.net',
    DOUBAO_RESOLVER_ROUTES: 'corp.test=10.0.0.2, corp.test=tcp://10.0.0.3, lab.test=https://10.0.0.4/q?key=1',
    DOUBAO_RESOLVER_PRIVATE_NAMES: 'example.test, .corp.test',
    DOUBAO_RESOLVER_HOSTS: 'false',
    DOUBAO_RESOLVER_SEARCH: '',
    DOUBAO_RESOLVER_NDOTS: '2',
    DOUBAO_RESOLVER_CACHE_MAX_BYTES: '1000',
    DOUBAO_RESOLVER_CACHE_NAMESPACE: '5',
    DOUBAO_RESOLVER_CACHE_JITTER: '0.05',
    DOUBAO_RESOLVER_CACHE_REFRESH_AHEAD: 'false',
    DOUBAO_RESOLVER_CACHE_NEGATIVE_MAX_TTL: '30',
    DOUBAO_RESOLVER_CACHE_MISSES_PER_SECOND: '100',
    DOUBAO_RESOLVER_CACHE_ALLOW_NAMES: 'a.test',
    DOUBAO_RESOLVER_CACHE_ALLOW_SUFFIXES: 'svc.test, b.test',
    DOUBAO_RESOLVER_CACHE_SNAPSHOT_PATH: 'true',
    DOUBAO_RESOLVER_CACHE_SNAPSHOT_INTERVAL: '60',
    DOUBAO_RESOLVER_CACHE_PREWARM_AT: 'false',
    DOUBAO_RESOLVER_PREWARM: 'a.test,b.test',
    DOUBAO_RESOLVER_PRESET: 'doubao-v1',
    DOUBAO_RESOLVER_CACHE_STALE_MAX_AGE: '60',
    DOUBAO_RESOLVER_SYSTEM: 'never',
    DOUBAO_RESOLVER_HEDGE: 'true',
    DOUBAO_RESOLVER: 'on',
    PATH: '/bin',
  });
  expect(options).toEqual({
    servers: ['192.0.2.53', 'tcp://192.0.2.54'],
    fallback: ['https://1.1.1.1/dns-query', 'tls://9.9.9.9#dns.quad9.net'],
    routes: {
      'corp.test': ['10.0.0.2', 'tcp://10.0.0.3'],
      'lab.test': ['https://10.0.0.4/q?key=1'],
    },
    privateNames: ['example.test', '.corp.test'],
    hosts: false,
    search: [],
    ndots: 2,
    preset: 'doubao-v1',
    prewarm: ['a.test', 'b.test'],
    cache: {
      maxBytes: 1000,
      namespace: '5',
      stale: { maxAge: 60 },
      jitter: 0.05,
      refreshAhead: false,
      negative: { maxTtl: 30 },
      missesPerSecond: 100,
      allow: { names: ['a.test'], suffixes: ['svc.test', 'b.test'] },
      snapshot: { path: 'true', interval: 60 },
      prewarm: { at: false },
    },
    system: 'never',
    hedge: true,
  });
  expect(() => readOptions(options)).not.toThrow();
  expect(environmentOptions({ DOUBAO_RESOLVER_FUNCTIONS: 'all' })).toEqual({ functions: 'all' });
  expect(environmentOptions({ DOUBAO_RESOLVER_SERVERS: 'system' })).toEqual({ servers: 'system' });
  for (const [text, fallback] of [
    ['global', 'global'],
    ['china', 'china'],
    ['false', false],
    ['192.0.2.1', ['192.0.2.1']],
  ]) {
    expect(environmentOptions({ DOUBAO_RESOLVER_FALLBACK: text as string })).toEqual({ fallback });
  }
});

it('has no two options of one variable', () => {
  const variables = OPTION_TABLE.map(({ path }) => path.replaceAll('.', '').toLowerCase());
  expect(new Set(variables).size).toBe(variables.length);
});

it('leaves what cannot be read to the option to refuse', () => {
  for (const [variable, path] of [
    ['DOUBAO_RESOLVER_NDOTS', 'ndots'],
    ['DOUBAO_RESOLVER_HEDGE', 'hedge'],
    ['DOUBAO_RESOLVER_CACHE_JITTER', 'cache.jitter'],
    ['DOUBAO_RESOLVER_PRESET', 'preset'],
    ['DOUBAO_RESOLVER_SERVERS', 'servers'],
    ['DOUBAO_RESOLVER_FALLBACK', 'fallback'],
    ['DOUBAO_RESOLVER_ROUTES', 'routes'],
  ] as const) {
    const options = environmentOptions({ [variable]: 'nonsense' });
    expect(() => readOptions(options)).toThrow(expect.objectContaining({ path }));
  }
});

it('a misspelt word is told of with the words that there are', () => {
  const options = environmentOptions({ DOUBAO_RESOLVER_FALLBACK: 'globl' });
  expect(() => readOptions(options)).toThrow("must be 'global', 'china', false or a list of servers");
});

it('reads routes of any suffix, whatever objects have by themselves', () => {
  const options = environmentOptions({ DOUBAO_RESOLVER_ROUTES: 'constructor=10.0.0.2, __proto__=10.0.0.3' });
  expect(readOptions(options).native.routes).toMatchObject([
    { suffix: 'constructor', servers: [{ address: '10.0.0.2' }] },
    { suffix: '__proto__', servers: [{ address: '10.0.0.3' }] },
  ]);
});

it('warns of variables that look like options, and only of those', () => {
  const warnings: string[] = [];
  warnOfUnknownVariables(
    {
      DOUBAO_RESOLVER: 'on',
      DOUBAO_RESOLVER_CONFIG: '',
      DOUBAO_RESOLVER_SERVERS: 'system',
      DOUBAO_RESOLVER_CACHE_MAXTTL: '5',
      DOUBAO_RESOLVER_PREWRAM: 'a.test',
      // What Kubernetes makes of a service of this name.
      DOUBAO_RESOLVER_PORT: 'tcp://10.0.0.1:53',
      DOUBAO_RESOLVER_SERVICE_HOST: '10.0.0.1',
      DOUBAO_RESOLVER_SERVICE_PORT: '53',
      DOUBAO_RESOLVER_PORT_53_TCP_ADDR: '10.0.0.1',
    },
    (code, message) => warnings.push(`${code} ${message}`),
  );
  expect(warnings).toEqual([
    'UNKNOWN_VARIABLE DOUBAO_RESOLVER_CACHE_MAXTTL is no option; did you mean DOUBAO_RESOLVER_CACHE_MAX_TTL?',
    'UNKNOWN_VARIABLE DOUBAO_RESOLVER_PREWRAM is no option; did you mean DOUBAO_RESOLVER_PREWARM?',
  ]);
});

it('says that a configuration file cannot be used', () => {
  expect(() => environmentOptions({ DOUBAO_RESOLVER_CONFIG: '/nonexistent/config.json' })).toThrow(
    expect.objectContaining({ code: 'ERR_RESOLVER_OPTION', path: 'DOUBAO_RESOLVER_CONFIG' }),
  );
  expect(environmentOptions({ DOUBAO_RESOLVER_CONFIG: '' })).toEqual({});
});
