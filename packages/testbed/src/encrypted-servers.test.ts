import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  a,
  available,
  createCertificateAuthority,
  startDnsServer,
  type CertificateAuthority,
  type DnsServerOptions,
} from './index.ts';

let authority: CertificateAuthority;
let tls: NonNullable<DnsServerOptions['tls']>;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  const { cert, key } = await authority.issue({ names: ['dns.test'] });
  tls = { cert, key };
});
afterAll(() => authority.close());

const zone = { 'www.test': [a('192.0.2.1')] };

async function dig(port: number, ...args: string[]): Promise<string> {
  const checked = [`+tls-ca=${authority.certPath}`, '+tls-hostname=dns.test', '+tries=1', '+short'];
  const command = ['@127.0.0.1', '-p', String(port), ...checked, ...args, 'www.test'];
  return (await promisify(execFile)('dig', command)).stdout;
}

// dig comes with BIND.
test.runIf(available('named'))('DNS over TLS', async () => {
  await using server = await startDnsServer({ transports: ['tls'], tls, zone });
  expect(await dig(server.port, '+tls')).toBe('192.0.2.1\n');
  expect(server.queries).toMatchObject([{ name: 'www.test', transport: 'tls', connection: 1 }]);
  expect(server.connections.accepted).toBe(1);
});

test.runIf(available('named')).each(['+https', '+https-get'])('DNS over HTTPS: %s', async (option) => {
  await using server = await startDnsServer({ transports: ['https'], tls, zone });
  expect(await dig(server.port, option)).toBe('192.0.2.1\n');
  const method = option === '+https' ? 'POST' : 'GET';
  expect(server.queries).toMatchObject([{ name: 'www.test', transport: 'https', http: { method } }]);
});

test('an encrypted transport has a server to itself', async () => {
  await expect(startDnsServer({ transports: ['udp', 'tls'], tls })).rejects.toThrow('a server of its own');
});

test('certificates are as they were asked for', async () => {
  const ca = new X509Certificate(authority.cert);
  const right = new X509Certificate(
    (await authority.issue({ names: ['*.dns.test'], addresses: ['192.0.2.1', '2001:db8::1'] })).cert,
  );
  expect(right.checkHost('a.dns.test')).toBe('*.dns.test');
  expect(right.checkHost('dns.test')).toBeUndefined();
  expect(right.checkIP('192.0.2.1')).toBe('192.0.2.1');
  expect(right.verify(ca.publicKey)).toBe(true);
  const expired = new X509Certificate((await authority.issue({ names: ['a.test'], expired: true })).cert);
  expect(Date.parse(expired.validTo)).toBeLessThan(Date.now());
  expect(expired.verify(ca.publicKey)).toBe(true);
  const own = new X509Certificate((await authority.issue({ names: ['a.test'], selfSigned: true })).cert);
  expect(own.verify(ca.publicKey)).toBe(false);
  expect(own.verify(own.publicKey)).toBe(true);
});
