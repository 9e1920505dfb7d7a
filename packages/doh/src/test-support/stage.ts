/** A scripted server and an upstream that asks it. */
import {
  a,
  type Certificate,
  type CertificateAuthority,
  createCertificateAuthority,
  type DnsServer,
  type DnsServerOptions,
  startDnsServer,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll } from 'vitest';
import { createDohUpstream, type DohOptions } from '../doh-upstream.ts';
import { createDotUpstream } from '../dot-upstream.ts';
import type { UpstreamDependencies, UpstreamOptions } from '../options.ts';
import type { DohUpstream, EncryptedUpstream } from '../upstream.ts';

/** The name on the certificate of every stage. */
export const SERVER_NAME = 'dns.test';

export interface Authority {
  readonly authority: CertificateAuthority;
  readonly certificate: Certificate;
}

/** Issues one certificate for all tests of a file. */
export function useAuthority(): () => Authority {
  let made: Authority | undefined;
  beforeAll(async () => {
    const authority = await createCertificateAuthority();
    const certificate = await authority.issue({ names: [SERVER_NAME], addresses: ['127.0.0.1'] });
    made = { authority, certificate };
  });
  afterAll(() => made?.authority.close());
  return () => {
    if (made === undefined) throw new Error('only within a test');
    return made;
  };
}

export interface Stage<U extends EncryptedUpstream> extends AsyncDisposable {
  readonly server: DnsServer;
  readonly upstream: U;
}

const zone = { 'www.test': [a('192.0.2.1', 60)] };

async function start<U extends EncryptedUpstream>(
  transport: 'https' | 'tls',
  { certificate }: Authority,
  options: DnsServerOptions,
  upstreamTo: (server: DnsServer) => U,
): Promise<Stage<U>> {
  const tls = { cert: certificate.cert, key: certificate.key };
  const server = await startDnsServer({ zone, tls, ...options, transports: [transport] });
  const upstream = upstreamTo(server);
  return {
    server,
    upstream,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      await server.close();
    },
  };
}

export interface StageOptions<O extends UpstreamOptions> {
  readonly server?: DnsServerOptions;
  readonly upstream?: Partial<O>;
  readonly dependencies?: Partial<UpstreamDependencies>;
}

export function dohStage(
  authority: Authority,
  { server = {}, upstream = {}, dependencies = {} }: StageOptions<DohOptions> = {},
): Promise<Stage<DohUpstream>> {
  return start('https', authority, server, ({ port }) =>
    createDohUpstream(
      {
        url: `https://${SERVER_NAME}:${port}/dns-query`,
        addresses: ['127.0.0.1'],
        ca: authority.authority.cert,
        ...upstream,
      },
      dependencies,
    ),
  );
}

export function dotStage(
  authority: Authority,
  { server = {}, upstream = {}, dependencies = {} }: StageOptions<UpstreamOptions> = {},
): Promise<Stage<EncryptedUpstream>> {
  return start('tls', authority, server, ({ port }) =>
    createDotUpstream(
      { url: `tls://127.0.0.1:${port}#${SERVER_NAME}`, ca: authority.authority.cert, ...upstream },
      dependencies,
    ),
  );
}

/** Both, for what must hold of either. */
export const stages: { readonly https: typeof dohStage; readonly tls: typeof dotStage } = {
  https: dohStage,
  tls: dotStage,
};
