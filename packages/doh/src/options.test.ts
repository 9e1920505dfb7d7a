import { expect, test } from 'vitest';
import { createDohUpstream } from './doh-upstream.ts';
import { createDotUpstream } from './dot-upstream.ts';

const url = 'https://192.0.2.1/dns-query';

test.each([
  [{ url: 'nonsense' }, 'url'],
  [{ url: 'tls://192.0.2.1' }, 'url'],
  [{ url: 'https://dns.test/dns-query' }, 'addresses'],
  [{ url, addresses: ['dns.test'] }, 'addresses'],
  [{ url, addresses: ['192.0.2.1:443'] }, 'addresses'],
  [{ url, maxPending: 0 }, 'maxPending'],
  [{ url, maxPending: 1.5 }, 'maxPending'],
  [{ url, connectTimeoutMs: 0 }, 'connectTimeoutMs'],
  [{ url, connectTimeoutMs: Number.NaN }, 'connectTimeoutMs'],
  [{ url, idleTimeoutMs: -1 }, 'idleTimeoutMs'],
  [{ url, idleTimeoutMs: 2 ** 31 }, 'idleTimeoutMs'],
  [{ url, minTlsVersion: 'TLSv1.1' as 'TLSv1.2' }, 'minTlsVersion'],
  [{ url, method: 'PUT' as 'POST' }, 'method'],
])('%o', (options, path) => {
  expect(() => createDohUpstream(options)).toThrow(
    expect.objectContaining({ name: 'UpstreamOptionError', code: 'ERR_RESOLVER_OPTION', path }),
  );
});

test('an https URL is no server for TLS', () => {
  expect(() => createDotUpstream({ url })).toThrow('is not a tls:// URL');
});

test('making one connects nothing, and closing it waits for nothing', async () => {
  await using upstream = createDohUpstream({ url });
  expect(upstream.stats()).toMatchObject({ queries: 0, pending: 0, connections: { attempted: 0 } });
});
