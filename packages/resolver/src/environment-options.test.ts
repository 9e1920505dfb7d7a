import { expect, it } from 'vitest';
import { environmentOptions } from './environment-options.ts';
import { OPTION_TABLE, readOptions } from './options.ts';

it('reads a variable per option', () => {
  const options = environmentOptions({
    DOUBAO_RESOLVER_SERVERS: '192.0.2.53, tcp://192.0.2.54',
    DOUBAO_RESOLVER_HOSTS: 'false',
    DOUBAO_RESOLVER_SEARCH: '',
    DOUBAO_RESOLVER_NDOTS: '2',
    DOUBAO_RESOLVER_CACHE_MAX_BYTES: '1000',
    DOUBAO_RESOLVER_CACHE_NAMESPACE: 'mine',
    DOUBAO_RESOLVER_CACHE_STALE_MAX_AGE: '60',
    DOUBAO_RESOLVER_SYSTEM: 'never',
    DOUBAO_RESOLVER_HEDGE: 'true',
    DOUBAO_RESOLVER: 'on',
    PATH: '/bin',
  });
  expect(options).toEqual({
    servers: ['192.0.2.53', 'tcp://192.0.2.54'],
    hosts: false,
    search: [],
    ndots: 2,
    cache: { maxBytes: 1000, namespace: 'mine', stale: { maxAge: 60 } },
    system: 'never',
    hedge: true,
  });
  expect(() => readOptions(options)).not.toThrow();
  expect(environmentOptions({ DOUBAO_RESOLVER_SERVERS: 'system' })).toEqual({ servers: 'system' });
});

it('has no two options of one variable', () => {
  const variables = OPTION_TABLE.map(({ path }) => path.replaceAll('.', '').toLowerCase());
  expect(new Set(variables).size).toBe(variables.length);
});

it('says that a configuration file cannot be used', () => {
  expect(() => environmentOptions({ DOUBAO_RESOLVER_CONFIG: '/nonexistent/config.json' })).toThrow(
    expect.objectContaining({ code: 'ERR_RESOLVER_OPTION', path: 'DOUBAO_RESOLVER_CONFIG' }),
  );
  expect(environmentOptions({ DOUBAO_RESOLVER_CONFIG: '' })).toEqual({});
});
