/**
 * DNS servers for tests, the demo and benchmarks, all on loopback: a scripted one that misbehaves on request.
 *
 * @module
 */
export { answer, failure, nodata, nxdomain, respond, type DenialOptions } from './behaviours/respond.ts';
export { DnsServer, startDnsServer, type DnsServerOptions, type QueryHandler } from './dns-server.ts';
export type { Behaviour, Exchange, ForgedSource, ServerConnection } from './exchange.ts';
export type { EdnsOption, Query, QuerySource } from './query.ts';
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
export type { Zone } from './zone.ts';
