import {
  available,
  createCertificateAuthority,
  startBind,
  startDnsdist,
  startNsd,
  startUnbound,
  zoneText,
  type Certificate,
  type CertificateAuthority,
  type RealServer,
} from '@doubao/resolver-testbed';
import { createDohUpstream, createDotUpstream, probeHead, probeQuery } from '@doubao/resolver-doh';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressIn, queryFor } from './programs/query.mjs';

const zones = {
  'example.test': zoneText('example.test', [
    'www A 192.0.2.1',
    // More than fits into a datagram. BIND loads no more than a hundred of one type.
    ...Array.from({ length: 100 }, (_, index) => `many A 198.51.100.${index + 1}`),
  ]),
};

/** A busy machine takes its time. */
const PATIENT = { timeoutMs: 30_000 };

interface Running extends AsyncDisposable {
  readonly server: RealServer;
}

async function dnsdistBeforeNsd(certificate: Certificate): Promise<Running> {
  const backend = await startNsd({ zones });
  const server = await startDnsdist({ backend, certificate });
  return {
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await backend.close();
    },
  };
}

async function alone(starting: Promise<RealServer>): Promise<Running> {
  const server = await starting;
  return { server, [Symbol.asyncDispose]: () => server.close() };
}

const implementations = [
  ['dnsdist in front of NSD', () => available('dnsdist') && available('nsd'), dnsdistBeforeNsd, 200],
  [
    'BIND',
    () => available('named'),
    (certificate: Certificate) => alone(startBind({ zones, certificate })),
    501,
  ],
  [
    'Unbound',
    () => available('unbound'),
    (certificate: Certificate) => alone(startUnbound({ zones, certificate })),
    501,
  ],
] as const;

let authority: CertificateAuthority;
let certificate: Certificate;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  certificate = await authority.issue({ names: ['dns.test'] });
});
afterAll(() => authority.close());

function upstreamsOf({ address, encrypted }: RealServer, method: 'POST' | 'GET' = 'POST') {
  const ca = authority.cert;
  return {
    doh: createDohUpstream({
      url: `https://dns.test:${encrypted.https}/dns-query`,
      addresses: [address],
      ca,
      method,
    }),
    dot: createDotUpstream({ url: `tls://${address}:${encrypted.tls}#dns.test`, ca }),
  };
}

describe.each(implementations)('%s', (_name, isAvailable, start, headStatus) => {
  describe.runIf(isAvailable())('installed', () => {
    test('answers, denials and large answers, over HTTPS and TLS', async () => {
      await using running = await start(certificate);
      const { doh, dot } = upstreamsOf(running.server);
      for (const upstream of [doh, dot]) {
        const answered = await upstream.query(queryFor('www.example.test', 77));
        expect(addressIn(answered)).toBe('192.0.2.1');
        expect(answered.bytes.subarray(0, 2)).toEqual(Uint8Array.of(0, 77));
        const { bytes } = await upstream.query(queryFor('missing.example.test'));
        expect((bytes[3] ?? 0) & 15).toBe(3);
        const many = await upstream.query(queryFor('many.example.test'));
        expect(many.bytes.length).toBeGreaterThan(1600);
        expect((many.bytes[2] ?? 0) & 2).toBe(0);
        expect(many.connection.reused).toBe(true);
        await upstream.close();
      }
    });

    test('GET', async () => {
      await using running = await start(certificate);
      await using doh = upstreamsOf(running.server, 'GET').doh;
      expect(addressIn(await doh.query(queryFor('www.example.test')))).toBe('192.0.2.1');
    });

    test('hundreds at once on one connection', async () => {
      await using running = await start(certificate);
      const { doh, dot } = upstreamsOf(running.server);
      for (const upstream of [doh, dot]) {
        const ids = Array.from({ length: 300 }, (_, id) => id);
        const answered = await Promise.all(
          ids.map((id) => upstream.query(queryFor('www.example.test', id), PATIENT)),
        );
        expect(answered.map(addressIn)).toEqual(ids.map(() => '192.0.2.1'));
        expect(upstream.stats()).toMatchObject({ answered: 300, failed: {} });
        await upstream.close();
      }
    });

    test('HEAD says that it lives, a real query that it answers', async () => {
      await using running = await start(certificate);
      const { doh, dot } = upstreamsOf(running.server);
      expect((await probeHead(doh))?.http.status).toBe(headStatus);
      expect(await probeQuery(doh, 'www.example.test')).toMatchObject({
        http: { status: 200, contentType: 'application/dns-message' },
        matches: true,
        rcode: 0,
      });
      expect(await probeQuery(dot, 'missing.example.test')).toMatchObject({ matches: true, rcode: 3 });
      await Promise.all([doh.close(), dot.close()]);
    });

    test('killed, then started again', async () => {
      const first = await start(certificate);
      const { doh, dot } = upstreamsOf(first.server);
      const both = [doh, dot];
      for (const upstream of both) await upstream.query(queryFor('www.example.test'));
      process.kill(first.server.pid, 'SIGKILL');
      await first[Symbol.asyncDispose]();
      for (const upstream of both) {
        await expect(upstream.query(queryFor('www.example.test'))).rejects.toMatchObject({
          outcome: 'network',
        });
        expect(await probeQuery(upstream, 'www.example.test')).toBeUndefined();
      }
      await Promise.all(both.map((upstream) => upstream.close()));
    });

    test('the wrong name on a right certificate', async () => {
      await using running = await start(await authority.issue({ names: ['other.test'] }));
      const { doh, dot } = upstreamsOf(running.server);
      for (const upstream of [doh, dot]) {
        await expect(upstream.query(queryFor('www.example.test'))).rejects.toMatchObject({
          code: 'ERR_RESOLVER_UPSTREAM_CERTIFICATE',
          reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
        });
        await upstream.close();
      }
    });
  });
});
