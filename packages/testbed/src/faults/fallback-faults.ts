/** What happens to the first fallback. All but `hanging` and `fallbackKilled` want a scripted one. */
import type { CertificateOptions } from '../certificates.ts';
import { goAway, htmlPage, httpStatus, resetStream, stalledBody } from '../behaviours/http.ts';
import type { RequestHandler } from '../dns-server.ts';
import type { FallbackServer } from './fallback-server.ts';
import { fallbackHost } from './fallback-server.ts';
import type { Fault } from './fault.ts';
import type { Stage } from './stage.ts';

function first({ fallbacks }: Stage): FallbackServer {
  const [fallback] = fallbacks;
  if (fallback === undefined) throw new Error('This stage has no fallback');
  return fallback;
}

/** Connections made from now on get it. */
function certificate(name: string, options: CertificateOptions): Fault {
  const present = async (stage: Stage, wrong: CertificateOptions): Promise<void> => {
    const right = { names: [fallbackHost] };
    const { cert, key } = await stage.authority.issue({ ...right, ...wrong });
    first(stage).script.setTls({ cert, key });
  };
  return { name, begin: (stage) => present(stage, options), end: (stage) => present(stage, {}) };
}

function answering(name: string, onRequest: RequestHandler): Fault {
  return {
    name,
    begin: async (stage) => void (first(stage).script.onRequest = onRequest),
    end: async (stage) => void (first(stage).script.onRequest = undefined),
  };
}

export const expiredCertificate: Fault = certificate('an expired certificate', { expired: true });
export const certificateOfAnother: Fault = certificate('the certificate of another name', {
  names: ['other.example'],
});
export const certificateOfItself: Fault = certificate('a self-signed certificate', { selfSigned: true });

/** Its connections are accepted, and nothing ever comes. Wants a real one. */
export const hanging: Fault = {
  name: 'accept, then hang',
  begin: async (stage) => first(stage).stop(),
  end: async (stage) => first(stage).resume(),
};

export const fallbackKilled: Fault = {
  name: 'fallback killed',
  begin: (stage) => first(stage).kill(),
  end: (stage) => first(stage).start(),
};

/** Each connection carries two hundred requests, and disowns those after them: as by a server that limits connections. */
export const goingAway: Fault = answering('GOAWAY', ({ stream }) =>
  (stream.id ?? 0) > 2 * 200 ? goAway() : undefined,
);
export const resettingStreams: Fault = answering('RST_STREAM', () => resetStream());
export const servingHtml: Fault = answering('HTML with 200', () => htmlPage());
export const tooManyRequests: Fault = answering('429', () => httpStatus(429, { 'retry-after': '5' }));
export const internalError: Fault = answering('500', () => httpStatus(500));
export const slowBody: Fault = answering('a slow body', () => stalledBody());

/** Those of a scripted fallback by which it never answers a question. */
export const fallbackFaults: readonly Fault[] = [
  expiredCertificate,
  certificateOfAnother,
  certificateOfItself,
  resettingStreams,
  servingHtml,
  tooManyRequests,
  internalError,
  slowBody,
];
