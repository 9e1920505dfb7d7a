import { encode, type Answer } from 'dns-packet';

/** A resource record of a scripted zone or answer. */
export interface ZoneRecord {
  /** Owner; the name that was asked when absent. */
  readonly name?: string;
  /** Mnemonic known to dns-packet, or `'UNKNOWN_65'` for type 65 with raw octets as data. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** In the shape that dns-packet takes for this type. */
  readonly data: unknown;
}

/** TTL in seconds of records whose test does not care about it. */
export const defaultTtlSeconds = 300;

/** A record of any type that dns-packet encodes. */
export function record(type: string, data: unknown, ttlSeconds: number = defaultTtlSeconds): ZoneRecord {
  return { type, ttl: ttlSeconds, data };
}

/** The same record with another owner than the name that was asked. */
export function ownedBy(name: string, zoneRecord: ZoneRecord): ZoneRecord {
  return { ...zoneRecord, name };
}

export function a(address: string, ttlSeconds?: number): ZoneRecord {
  return record('A', address, ttlSeconds);
}

export function aaaa(address: string, ttlSeconds?: number): ZoneRecord {
  return record('AAAA', address, ttlSeconds);
}

export function cname(target: string, ttlSeconds?: number): ZoneRecord {
  return record('CNAME', target, ttlSeconds);
}

export function ptr(target: string, ttlSeconds?: number): ZoneRecord {
  return record('PTR', target, ttlSeconds);
}

export function ns(target: string, ttlSeconds?: number): ZoneRecord {
  return record('NS', target, ttlSeconds);
}

export function txt(strings: string | string[], ttlSeconds?: number): ZoneRecord {
  return record('TXT', strings, ttlSeconds);
}

export function mx(preference: number, exchange: string, ttlSeconds?: number): ZoneRecord {
  return record('MX', { preference, exchange }, ttlSeconds);
}

export function srv(
  data: { priority: number; weight: number; port: number; target: string },
  ttlSeconds?: number,
): ZoneRecord {
  return record('SRV', data, ttlSeconds);
}

/** The two numbers of a SOA that negative caching uses (RFC 2308 §5), in seconds. */
export interface SoaTimes {
  readonly ttl?: number;
  readonly minimum?: number;
}

export function soa(apex: string, { ttl = defaultTtlSeconds, minimum = 60 }: SoaTimes = {}): ZoneRecord {
  const below = (label: string): string => (apex === '.' ? label : `${label}.${apex}`);
  const data = {
    mname: below('ns'),
    rname: below('hostmaster'),
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum,
  };
  return { name: apex, type: 'SOA', ttl, data };
}

// A record with the root as owner follows the 12 octets of the header: owner 1, type 2, class 2, TTL 4, RDLENGTH 2.
const rdataOffset = 12 + 1 + 2 + 2 + 4 + 2;
const typeOffset = 12 + 1;

/** Type number and RDATA of a record, names in it uncompressed. */
export function encodeRdata(zoneRecord: ZoneRecord): { type: number; rdata: Buffer } {
  // dns-packet's types tie `data` to `type`; here both come from the caller, and dns-packet throws if they disagree.
  const answer = { name: '.', type: zoneRecord.type, ttl: 0, data: zoneRecord.data } as Answer;
  const message = encode({ answers: [answer] });
  return { type: message.readUInt16BE(typeOffset), rdata: message.subarray(rdataOffset) };
}
