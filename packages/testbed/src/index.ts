/**
 * Servers for tests, the demo and benchmarks, all on loopback: a scripted DNS server that misbehaves on request, also over
 * TLS and HTTPS, NSD, BIND, Unbound and dnsdist with real zones, a relay that loses and delays,
 * stages of these with faults to choose from, and namespaces with network and /etc of their own.
 *
 * @module
 */
export { alternating, manyA, manyAaaa, rotating } from './behaviours/addresses.ts';
export { byTransport, byType, inOrder, inTurn } from './behaviours/choose.ts';
export {
  chainName,
  chainRecords,
  cnameChain,
  cnameLoop,
  type ChainOptions,
} from './behaviours/cname-chain.ts';
export {
  cookieOf,
  cookieOptionCode,
  demandingCookie,
  missingCookie,
  respondWithCookie,
  rightCookie,
  wrongClientCookie,
  type CookieScript,
  type QueryCookie,
} from './behaviours/cookies.ts';
export { delayed, type Timer } from './behaviours/delay.ts';
export { drop } from './behaviours/drop.ts';
export { ignoringEdns, refusingEdns, silentToEdns } from './behaviours/edns.ts';
export { afterWrongIds, fromOtherAddress, fromOtherPort, wrongId } from './behaviours/forge.ts';
export { hold, type Hold } from './behaviours/hold.ts';
export {
  bodyOfOctets,
  dnsMessageType,
  goAway,
  hangUp,
  htmlPage,
  httpStatus,
  redirect,
  resetStream,
  stalledBody,
  type HttpBehaviour,
} from './behaviours/http.ts';
export { reply, rewritten, type MessageBuilder } from './behaviours/reply.ts';
export { answer, failure, nodata, nxdomain, respond, type DenialOptions } from './behaviours/respond.ts';
export { dockerStub, resolvedStub } from './behaviours/stub-resolvers.ts';
export { closing, closingAfter, cutAfter, resetting } from './behaviours/tcp-closing.ts';
export { answerOfSize, frameOfLength, largestMessageOctets } from './behaviours/tcp-lengths.ts';
export { inOneWrite, octetByOctet } from './behaviours/tcp-segments.ts';
export { truncated, truncatedOverUdp } from './behaviours/truncate.ts';
export {
  createCertificateAuthority,
  type Certificate,
  type CertificateAuthority,
  type CertificateOptions,
} from './certificates.ts';
export {
  DnsServer,
  startDnsServer,
  type DnsServerOptions,
  type QueryHandler,
  type RequestHandler,
} from './dns-server.ts';
export type { Behaviour, Exchange, ForgedSource, ServerConnection } from './exchange.ts';
export { arrivals, seededRandom, startOpenLoop, type OpenLoop } from './faults/arrivals.ts';
export {
  certificateOfAnother,
  expiredCertificate,
  fallbackFaults,
  fallbackKilled,
  goingAway,
  hanging,
  internalError,
  resettingStreams,
  certificateOfItself,
  servingHtml,
  slowBody,
  tooManyRequests,
} from './faults/fallback-faults.ts';
export { fallbackHost, type FallbackKind, type FallbackServer } from './faults/fallback-server.ts';
export { flapping, together, type Fault } from './faults/fault.ts';
export {
  alwaysTruncated,
  blackHoled,
  delayedBy,
  emptyAnswers,
  killed,
  losing,
  lyingNodata,
  lyingNxdomain,
  primaryFaults,
  refusing,
  servfailing,
  stopped,
  wrongIds,
} from './faults/primary-faults.ts';
export type { RelayedServer, StageProgram } from './faults/relayed-server.ts';
export { startStage, type Stage, type StageOptions } from './faults/stage.ts';
export {
  answeredBy,
  coldName,
  stageZone,
  stageZoneText,
  warmName,
  type StageClass,
} from './faults/stage-names.ts';
export { createWallClock, wallClockAvailable, type WallClock } from './faults/wall-clock.ts';
export type { HttpRequest } from './https-endpoint.ts';
export { unreadableMessages, unrelatedMessages } from './malformed/catalogue.ts';
export { pointerChain } from './malformed/compression.ts';
export { forgedAddresses } from './malformed/forged-answer.ts';
export { pointingTo, strangeLabels } from './malformed/labels.ts';
export { forgedAnswer, headerOnly } from './malformed/mismatched.ts';
export { answerWithRdata, rdataCases, type RdataCases } from './malformed/rdata.ts';
export {
  encodeQuery,
  rawTcpClient,
  rawUdpClient,
  type RawClient,
  type RawQuery,
  type ServerAddress,
} from './raw-client.ts';
export {
  createNamespace,
  namespacesAvailable,
  type Namespace,
  type NamespaceOptions,
  type Program,
  type ProgramResult,
} from './namespace.ts';
export type { EdnsOption, HttpRequestLine, Query, QuerySource, ServerTransport } from './query.ts';
export type { QueryFilter } from './query-log.ts';
export {
  a,
  aaaa,
  cname,
  defaultTtlSeconds,
  mx,
  ns,
  ownedBy,
  ptr,
  record,
  soa,
  srv,
  txt,
  type SoaTimes,
  type ZoneRecord,
} from './records.ts';
export { composeResponse, ednsPayloadSize, rcodes, type RcodeName, type ResponseParts } from './response.ts';
export { startBind } from './real-servers/bind.ts';
export { startDnsdist, type DnsdistOptions } from './real-servers/dnsdist.ts';
export { available, whyUnavailable, type ServerProgram } from './real-servers/installed.ts';
export { startNsd } from './real-servers/nsd.ts';
export type { EncryptedPorts, RealServer, RealServerOptions } from './real-servers/real-server.ts';
export { startUnbound } from './real-servers/unbound.ts';
export { zoneText } from './real-servers/zone-text.ts';
export {
  startRelay,
  startResponder,
  type DirectionStats,
  type Faults,
  type Forgery,
  type Relay,
  type RelayDirection,
  type RelayOptions,
  type RelayStats,
  type Responder,
  type ResponderOptions,
  type ResponderStats,
} from './relay.ts';
export { startRefusingPort, type RefusingPort } from './refusing-port.ts';
export { selfSignedCertificate, type SelfSignedCertificate } from './self-signed-certificate.ts';
export { answerFromZone, type Zone } from './zone.ts';
