import { a, answer, type CertificateOptions, httpStatus, startDnsServer } from '@doubao/resolver-testbed';
import { createServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createDohUpstream } from './doh-upstream.ts';
import { createDotUpstream } from './dot-upstream.ts';
import { UpstreamCertificateError } from './errors.ts';
import { answersIn, queryFor } from './test-support/messages.ts';
import { SERVER_NAME, stages, useAuthority } from './test-support/stage.ts';

const authority = useAuthority();
const query = queryFor('www.test');
const right = { names: [SERVER_NAME] };

const wrong: [string, CertificateOptions, string][] = [
  ['expired', { ...right, expired: true }, 'CERT_HAS_EXPIRED'],
  ['for another name', { names: ['other.test'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['for the address, not the name', { addresses: ['127.0.0.1'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['signed by itself', { ...right, selfSigned: true }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
];

describe.each(['https', 'tls'] as const)('%s', (transport) => {
  test.each(wrong)('a certificate that is %s: nothing is sent', async (_, options, reason) => {
    const certificate = await authority().authority.issue(options);
    await using stage = await stages[transport]({ ...authority(), certificate });
    const error: unknown = await stage.upstream.query(query).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UpstreamCertificateError);
    expect(error).toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_CERTIFICATE', outcome: 'tls', reason });
    expect(String(error)).toContain(reason);
    await expect(stage.upstream.open()).rejects.toMatchObject({ reason });
    expect(stage.server.queries).toEqual([]);
  });

  test('a certificate of an authority that is not trusted', async () => {
    await using stage = await stages[transport](authority(), { upstream: { ca: undefined } });
    await expect(stage.upstream.query(query)).rejects.toMatchObject({
      code: 'ERR_RESOLVER_UPSTREAM_CERTIFICATE',
      reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    expect(stage.server.queries).toEqual([]);
  });

  test('one that turns wrong is refused from the next handshake on, and accepted again when right', async () => {
    const expired = await authority().authority.issue({ ...right, expired: true });
    const { certificate } = authority();
    await using stage = await stages[transport](authority());
    await stage.upstream.query(query);
    await stage.upstream.close();
    // Another process with another key for tickets, as after a restart.
    await stage.server.close();
    const restart = (tls: { cert: Buffer; key: Buffer }) =>
      startDnsServer({
        transports: [transport],
        port: stage.server.port,
        zone: stage.server.zone,
        tls: { cert: tls.cert, key: tls.key },
      });
    await using upstream =
      transport === 'https'
        ? createDohUpstream({
            url: stage.upstream.url,
            addresses: ['127.0.0.1'],
            ca: authority().authority.cert,
          })
        : createDotUpstream({ url: stage.upstream.url, ca: authority().authority.cert });
    await using bad = await restart(expired);
    await expect(upstream.query(query)).rejects.toMatchObject({ reason: 'CERT_HAS_EXPIRED' });
    await bad.close();
    await using good = await restart(certificate);
    expect(answersIn((await upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
    expect(good.queries).toHaveLength(1);
  });

  test('a server at an address is checked for that address, and told no name', async () => {
    const { cert, key } = authority().certificate;
    const names: string[] = [];
    const SNICallback = (name: string, done: (error: null) => void): void => {
      names.push(name);
      done(null);
    };
    await using stage = await stages[transport](authority(), { server: { tls: { cert, key, SNICallback } } });
    await stage.upstream.query(query);
    expect(names).toEqual([SERVER_NAME]);
    const { port } = stage.server;
    const ca = authority().authority.cert;
    await using upstream =
      transport === 'https'
        ? createDohUpstream({ url: `https://127.0.0.1:${port}/dns-query`, ca })
        : createDotUpstream({ url: `tls://127.0.0.1:${port}`, ca });
    expect(answersIn((await upstream.query(query)).bytes)).toEqual(['192.0.2.1']);
    expect(names).toEqual([SERVER_NAME]);
  });

  test('a server at an IPv6 address', async () => {
    const { cert, key } = await authority().authority.issue({ addresses: ['::1'] });
    await using server = await startDnsServer({
      address: '::1',
      transports: [transport],
      tls: { cert, key },
      zone: { 'www.test': answer(a('192.0.2.1')) },
    });
    const ca = authority().authority.cert;
    await using upstream =
      transport === 'https'
        ? createDohUpstream({ url: `https://[::1]:${server.port}/dns-query`, ca })
        : createDotUpstream({ url: `tls://[::1]:${server.port}`, ca });
    const answered = await upstream.query(query);
    expect(answersIn(answered.bytes)).toEqual(['192.0.2.1']);
    expect(answered.address).toBe('::1');
  });

  test('TLS 1.3 can be demanded; 1.2 is accepted otherwise, and nothing older', async () => {
    const { cert, key } = authority().certificate;
    const old = (maxVersion: 'TLSv1.2' | 'TLSv1.1') => ({
      tls: { cert, key, maxVersion, minVersion: 'TLSv1' as const, ciphers: 'DEFAULT:@SECLEVEL=0' },
    });
    await using on12 = await stages[transport](authority(), { server: old('TLSv1.2') });
    await on12.upstream.query(query);
    expect(on12.upstream.stats().connected).toMatchObject({ tlsVersion: 'TLSv1.2' });
    await using strict = await stages[transport](authority(), {
      server: old('TLSv1.2'),
      upstream: { minTlsVersion: 'TLSv1.3' },
    });
    await expect(strict.upstream.query(query)).rejects.toMatchObject({
      code: 'ERR_RESOLVER_UPSTREAM_TLS',
      outcome: 'tls',
    });
    await using on11 = await stages[transport](authority(), { server: old('TLSv1.1') });
    await expect(on11.upstream.query(query)).rejects.toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_TLS' });
  });

  test('a server that speaks something else than TLS', async () => {
    const web = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    const { port } = web.address() as AddressInfo;
    await using upstream =
      transport === 'https'
        ? createDohUpstream({ url: `https://127.0.0.1:${port}/` })
        : createDotUpstream({ url: `tls://127.0.0.1:${port}` });
    await expect(upstream.query(query)).rejects.toMatchObject({
      outcome: expect.stringMatching(/tls|network/),
    });
    web.close();
  });
});

test.each([
  ['has nothing for HTTP/2', ['http/1.1']],
  ['does not know ALPN', undefined],
])('https: a server that %s', async (_, ALPNProtocols) => {
  const { cert, key } = authority().certificate;
  const options = ALPNProtocols === undefined ? { cert, key } : { cert, key, ALPNProtocols };
  const server = createTlsServer(options, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await using upstream = createDohUpstream({
    url: `https://127.0.0.1:${port}/dns-query`,
    ca: authority().authority.cert,
  });
  await expect(upstream.query(query)).rejects.toMatchObject({
    code: 'ERR_RESOLVER_UPSTREAM_HTTP2',
    outcome: 'tls',
  });
  server.close();
});

test('a redirect to a server with a good certificate is not followed either', async () => {
  await using other = await stages.https(authority());
  const location = `https://127.0.0.1:${other.server.port}/dns-query`;
  await using stage = await stages.https(authority(), {
    server: { onRequest: () => httpStatus(308, { location }) },
  });
  await expect(stage.upstream.query(query)).rejects.toMatchObject({ code: 'ERR_RESOLVER_UPSTREAM_REDIRECT' });
  expect(other.server.connections.accepted).toBe(0);
});
