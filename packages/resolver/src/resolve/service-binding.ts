/** SVCB and HTTPS records (RFC 9460). Node has no function for them, so their shape is this package's. */
import { ipv4Text, ipv6Text } from './address-text.ts';
import { Rdata, RdataError } from './rdata.ts';

/** What `resolveHttps` and `resolveSvcb` give for one record. */
export interface ServiceBinding {
  /** 0: `target` is an alias of the name asked for; else lower is preferred. */
  priority: number;
  /** A name without a final dot. `.` is the name asked for, or, with priority 0, says that there is no service. */
  target: string;
  params: ServiceParams;
}

/** Parameters by their names in IANA's registry; absent ones are absent. */
export interface ServiceParams {
  /** Names of the parameters that a client must understand to use the record. */
  mandatory?: string[];
  /** Protocols, as in TLS ALPN: `h2`, `h3`. */
  alpn?: string[];
  /** The protocol that the scheme implies is not offered. */
  'no-default-alpn'?: true;
  port?: number;
  ipv4hint?: string[];
  /** ECHConfigList (RFC 9848). */
  ech?: ArrayBuffer;
  ipv6hint?: string[];
  /** URI template (RFC 9461). */
  dohpath?: string;
  /** RFC 9540. */
  ohttp?: true;
  /** Parameters without a name here. */
  [key: `key${number}`]: ArrayBuffer;
}

type ParamReader = (value: Rdata) => ServiceParams[keyof ServiceParams];

interface Param {
  readonly name: string;
  readonly read: ParamReader;
}

/** The place is the number. */
const PARAMS: readonly (Param | undefined)[] = [
  { name: 'mandatory', read: (value) => list(value, () => paramOf(value.u16()).name) },
  { name: 'alpn', read: (value) => list(value, () => value.text()) },
  { name: 'no-default-alpn', read: flag },
  { name: 'port', read: (value) => value.u16() },
  { name: 'ipv4hint', read: (value) => list(value, () => ipv4Text(value.take(4))) },
  { name: 'ech', read: (value) => value.rest() },
  { name: 'ipv6hint', read: (value) => list(value, () => ipv6Text(value.take(16))) },
  { name: 'dohpath', read: (value) => value.take(value.left).toString('utf8') },
  { name: 'ohttp', read: flag },
];

/** @throws RdataError also where RFC 9460 §2.2 calls a record malformed */
export function serviceBinding(octets: Uint8Array): ServiceBinding {
  const data = new Rdata(octets);
  const priority = data.u16();
  const name = data.name();
  const params: ServiceParams = {};
  let last = -1;
  while (data.left > 0) {
    const key = data.u16();
    if (key <= last) throw new RdataError();
    last = key;
    const value = new Rdata(data.take(data.u16()));
    const param = paramOf(key);
    Object.assign(params, { [param.name]: param.read(value) });
    if (value.left > 0) throw new RdataError();
  }
  return { priority, target: name === '' ? '.' : name, params };
}

function paramOf(key: number): Param {
  return PARAMS[key] ?? { name: `key${key}`, read: (value) => value.rest() };
}

/** At least one, up to the end. */
function list(value: Rdata, read: () => string): string[] {
  const items: string[] = [];
  do items.push(read());
  while (value.left > 0);
  return items;
}

/** Its value is empty, which the caller checks. */
function flag(): true {
  return true;
}
