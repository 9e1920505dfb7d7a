import { expect, test } from 'vitest';
import {
  EncryptedUpstreamError,
  UpstreamCertificateError,
  UpstreamConnectionError,
  UpstreamHttpError,
  UpstreamTimeoutError,
  UpstreamTlsError,
} from './errors.ts';

const certificate = new UpstreamCertificateError('https://dns.test/', '192.0.2.1', 'CERT_HAS_EXPIRED');

test('each is one of its bases, and of no other', () => {
  for (const kind of [UpstreamCertificateError, UpstreamTlsError, EncryptedUpstreamError, Error]) {
    expect(certificate).toBeInstanceOf(kind);
  }
  expect(certificate).not.toBeInstanceOf(UpstreamHttpError);
  expect(new UpstreamTimeoutError('tls://192.0.2.1', 'answer', 5)).not.toBeInstanceOf(UpstreamTlsError);
  expect(new Error('other')).not.toBeInstanceOf(EncryptedUpstreamError);
  expect(certificate.name).toBe('UpstreamCertificateError');
});

test('an error of another copy of this package is one too', () => {
  const copy = Object.assign(new Error('from elsewhere'), {
    [Symbol.for('doubao.resolver.error.UpstreamTlsError')]: true,
  });
  expect(copy).toBeInstanceOf(UpstreamTlsError);
});

test('all are ResolverErrors to the resolver, by its mark', () => {
  expect(Symbol.for('doubao.resolver.error.ResolverError') in certificate).toBe(true);
});

test('a class derived by somebody else has the ordinary instanceof', () => {
  class Derived extends UpstreamConnectionError {}
  const base = new UpstreamConnectionError('ERR_RESOLVER_UPSTREAM_LOST', 'network', 'lost');
  expect(base).not.toBeInstanceOf(Derived);
});
