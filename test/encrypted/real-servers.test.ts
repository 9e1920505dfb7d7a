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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { runProgram } from '../program.ts';

const zones = {
  'example.test': zoneText('example.test', [
    'www A 192.0.2.1',
    'www AAAA 2001:db8::1',
    'alias CNAME www',
    ...Array.from({ length: 100 }, (_, index) => `many A 198.51.100.${index + 1}`),
  ]),
};

const implementations = [
  [
    'dnsdist in front of NSD',
    () => available('dnsdist') && available('nsd'),
    async (certificate: Certificate): Promise<RealServer[]> => {
      const backend = await startNsd({ zones });
      return [await startDnsdist({ backend, certificate }), backend];
    },
  ],
  [
    'BIND',
    () => available('named'),
    async (certificate: Certificate) => [await startBind({ zones, certificate })],
  ],
  [
    'Unbound',
    () => available('unbound'),
    async (certificate: Certificate) => [await startUnbound({ zones, certificate })],
  ],
] as const;

let authority: CertificateAuthority;
let certificate: Certificate;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  certificate = await authority.issue({ names: ['dns.test'] });
});
afterAll(() => authority.close());

describe.each(implementations)('%s', (_name, isAvailable, start) => {
  test.runIf(isAvailable()).each(['https', 'tls'] as const)(
    'is a resolver’s only server, over %s',
    async (transport) => {
      const [server, ...others] = await start(certificate);
      if (server === undefined) throw new Error('no server');
      const { address, encrypted } = server;
      const url =
        transport === 'https'
          ? `https://dns.test:${encrypted.https}/dns-query`
          : `tls://dns.test:${encrypted.tls}`;
      const servers = [{ url, addresses: [address], ca: authority.cert.toString() }];
      const names = ['www.example.test', 'alias.example.test', 'missing.example.test', 'many.example.test'];
      const input = { options: { servers, timeout: 30_000, tries: 1, deadline: 60_000 }, names };
      try {
        for (const node of [nodes[0], nodes.at(-1)]) {
          if (node === undefined) throw new Error('no Node.js');
          const program = new URL('programs/look-up.mjs', import.meta.url);
          const { outcomes } = (await runProgram(node, program, { input })) as { outcomes: unknown[] };
          // The other family, if it comes in time: a lookup that has addresses waits for it a little.
          const found = expect.arrayContaining(['192.0.2.1']);
          expect(outcomes.slice(0, 3)).toEqual([found, found, { code: 'ENOTFOUND', failures: [] }]);
          expect(outcomes[3]).toHaveLength(100);
        }
      } finally {
        for (const running of [server, ...others]) await running.close();
      }
    },
  );
});
