import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed-certificate.ts';

it('is for its name, now, and signed by its own key', () => {
  const { cert } = selfSignedCertificate('dns.demo.test');
  const read = new X509Certificate(cert);
  expect(read.checkHost('dns.demo.test')).toBe('dns.demo.test');
  expect(read.checkHost('demo.test')).toBeUndefined();
  expect(read.verify(read.publicKey)).toBe(true);
  expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now());
  expect(read.toString()).toBe(cert);
});

it('is accepted by who trusts it, for its name, and by nobody else', async () => {
  const name = 'dns.demo.test';
  const { cert, key } = selfSignedCertificate(name);
  const server = createServer({ cert, key });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const handshake = async (options: object): Promise<string> => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', ...options });
    try {
      await once(socket, 'secureConnect');
      return 'accepted';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    } finally {
      socket.destroy();
    }
  };
  expect(await handshake({ servername: name, ca: cert })).toBe('accepted');
  expect(await handshake({ servername: 'other.test', ca: cert })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await handshake({ servername: name })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  const other = selfSignedCertificate(name);
  expect(await handshake({ servername: name, ca: other.cert })).not.toBe('accepted');
  server.close();
});
