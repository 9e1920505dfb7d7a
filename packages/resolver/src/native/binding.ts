/** Numbers of the boundary to the addon. Its functions are described in `@doubao/resolver-native`. */
export type {
  Binding,
  NativeDirection,
  NativeEncryptedServer,
  NativeEvent,
  NativeOptions,
  NativePopularName,
  NativeServer,
  NativeStats,
  NativeUpstreams,
} from '@doubao/resolver-native';

/** Flags of a lookup. */
export const LookupFlag = {
  IPv4: 1,
  IPv6: 2,
  AddrConfig: 4,
  V4Mapped: 8,
  All: 16,
  /** Do not read the cache. */
  Bypass: 32,
  /** Send nothing: NXDOMAIN for what neither hosts file nor cache know. */
  AtHand: 64,
} as const;

/** Status of a record. The numbers are the addon's. */
export const Status = {
  Ok: 0,
  NxDomain: 1,
  NoData: 2,
  ServFail: 3,
  Refused: 4,
  Timeout: 5,
  Network: 6,
  Cancelled: 7,
  Closed: 8,
  Overloaded: 9,
  FormErr: 10,
  NotImp: 11,
  BadResponse: 12,
  NoFamily: 13,
  /** An error of this machine: no route, no descriptors, a local address that it does not have. */
  Local: 14,
  /** Of queries: `NoData` of the name that an alias leads to. */
  AliasNoData: 15,
  /** The name is private, and whoever could still be asked is public. */
  Private: 16,
  /** The handshake with an encrypted server failed, or its certificate is not accepted. */
  Tls: 17,
  /** An HTTPS server answered, and not by a DNS message. */
  Http: 18,
} as const;

/** Ticket of a record that nobody waits for: its detail is the JSON of a {@link NativeEvent}. */
export const NEWS_TICKET = 0xffff_ffff;

/** Ticket of a record by which this environment is offered a query to an encrypted server. */
export const LEG_TICKET = 0xffff_fffe;

/** Record type numbers (IANA DNS parameters). */
export const RecordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  TLSA: 52,
  SVCB: 64,
  HTTPS: 65,
  ANY: 255,
  CAA: 257,
} as const;
