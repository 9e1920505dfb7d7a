/**
 * DNS over HTTPS (RFC 8484) and DNS over TLS (RFC 7858) as transports: a query's octets go in, an answer's octets come out.
 *
 * @module
 */
export type { Clock, Timer } from './clock.ts';
export type { ResolveHost } from './connector.ts';
export { createDohUpstream, type DohOptions } from './doh-upstream.ts';
export { createDotUpstream } from './dot-upstream.ts';
export { createDowngradingUpstream } from './downgrade.ts';
export {
  EncryptedUpstreamError,
  type HttpDetail,
  type TimeoutPhase,
  UpstreamAnswerError,
  UpstreamBusyError,
  UpstreamCertificateError,
  UpstreamClosedError,
  UpstreamConnectionError,
  UpstreamHttpError,
  UpstreamOptionError,
  type UpstreamOutcome,
  UpstreamTimeoutError,
  UpstreamTlsError,
} from './errors.ts';
export type { ClientClass } from './http2-connection.ts';
export type { HttpMethod } from './http-request.ts';
export type { UpstreamDependencies, UpstreamOptions } from './options.ts';
export { probeHead, probeQuery, type QueryProbe, randomProbeName } from './probe.ts';
export type { OpenSocket, SecureSocket, SecureSocketOptions } from './secure-socket.ts';
export type { Attempt } from './address-race.ts';
export { type EncryptedServer, parseServerUrl, WELL_KNOWN, type WellKnownServer } from './servers.ts';
export type { UpstreamStats } from './stats.ts';
export type {
  AskOptions,
  ConnectionUse,
  DohUpstream,
  DowngradingUpstream,
  EncryptedUpstream,
  HeadAnswer,
  UpstreamAnswer,
} from './upstream.ts';
