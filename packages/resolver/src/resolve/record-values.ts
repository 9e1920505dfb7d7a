/** What `resolve*` gives for one record: values, keys and their order are those of the running Node. */
import { RecordType } from '../native/binding.ts';
import { nodeMajor } from '../runtime/node-dns.ts';
import { Rdata } from './rdata.ts';
import type { ResourceRecord } from './resource-records.ts';

/** TLSA (RFC 6698 §2.1), as Node gives it. */
export interface TlsaRecord {
  certUsage: number;
  selector: number;
  match: number;
  data: ArrayBuffer;
}

/** From 24 on, records of some types have the key `type` that was once for `resolveAny` alone. */
const ALWAYS_TYPED = nodeMajor >= 24;

type Value = string | string[] | object;
/** @param type for `resolveAny`; undefined for the function of that type */
type ValueReader = (data: Rdata, type: string | undefined) => Value;

const READERS: ReadonlyMap<number, ValueReader> = new Map<number, ValueReader>([
  [RecordType.NS, nameValue],
  [RecordType.CNAME, nameValue],
  [RecordType.PTR, nameValue],
  [RecordType.MX, mxValue],
  [RecordType.TXT, txtValue],
  [RecordType.SRV, srvValue],
  [RecordType.NAPTR, naptrValue],
  [RecordType.SOA, soaValue],
  [RecordType.TLSA, tlsaValue],
  [RecordType.CAA, caaValue],
]);

/**
 * @throws RdataError
 */
export function recordValue({ type, data }: ResourceRecord, anyType?: string): Value | undefined {
  return READERS.get(type)?.(new Rdata(data), anyType);
}

/** The key `type`, where there is one. */
function typeKey(type: string | undefined, own: string | undefined): { type?: string | undefined } {
  if (type !== undefined) return { type };
  return ALWAYS_TYPED ? { type: own } : {};
}

function nameValue(data: Rdata, type: string | undefined): Value {
  const value = data.name();
  return type === undefined ? value : { value, type };
}

function mxValue(data: Rdata, type: string | undefined): Value {
  const priority = data.u16();
  return { exchange: data.name(), priority, ...typeKey(type, 'MX') };
}

function txtValue(data: Rdata, type: string | undefined): Value {
  const entries: string[] = [];
  while (data.left > 0) entries.push(data.text());
  return type === undefined ? entries : { entries, type };
}

function srvValue(data: Rdata, type: string | undefined): Value {
  const priority = data.u16();
  const weight = data.u16();
  const port = data.u16();
  return { name: data.name(), port, priority, weight, ...typeKey(type, 'SRV') };
}

function naptrValue(data: Rdata, type: string | undefined): Value {
  const order = data.u16();
  const preference = data.u16();
  const flags = data.text();
  const service = data.text();
  const regexp = data.text();
  const replacement = data.name();
  return { flags, service, regexp, replacement, order, preference, ...typeKey(type, undefined) };
}

function soaValue(data: Rdata, type: string | undefined): Value {
  return {
    nsname: data.name(),
    hostmaster: data.name(),
    serial: data.u32(),
    refresh: data.u32(),
    retry: data.u32(),
    expire: data.u32(),
    minttl: data.u32(),
    ...typeKey(type, undefined),
  };
}

function tlsaValue(data: Rdata, type: string | undefined): Value {
  const record: TlsaRecord = {
    certUsage: data.u8(),
    selector: data.u8(),
    match: data.u8(),
    data: data.rest(),
  };
  return type === undefined ? record : { ...record, type };
}

/** RFC 8659 §4.1; `critical` is the whole octet of flags. */
function caaValue(data: Rdata, type: string | undefined): Value {
  const critical = data.u8();
  const tag = data.text();
  const value = data.take(data.left).toString('latin1');
  // A computed key makes an own property, whatever its name.
  if (ALWAYS_TYPED) return { critical, type: 'CAA', [tag]: value };
  return type === undefined ? { critical, [tag]: value } : { critical, [tag]: value, type };
}
