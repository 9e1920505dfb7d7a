import type { Behaviour } from '../exchange.ts';
import type { Query } from '../query.ts';
import { soa, type SoaTimes, type ZoneRecord } from '../records.ts';
import { composeResponse, type RcodeName, type ResponseParts } from '../response.ts';

/** Answers with any parts. Over UDP, what does not fit into the client's payload size is truncated, as servers do. */
export function respond(parts: ResponseParts): Behaviour {
  return (exchange) => {
    const { query } = exchange;
    const response = composeResponse(query, parts);
    const fits = query.transport !== 'udp' || response.length <= query.udpPayloadSize;
    return exchange.send(
      fits ? response : composeResponse(query, { ...parts, truncated: true, ...withoutRecords }),
    );
  };
}

const withoutRecords = { answers: [], authorities: [], additionals: [] } as const;

/** NOERROR with these records, whatever type was asked for. */
export function answer(...records: ZoneRecord[]): Behaviour {
  return respond({ answers: records });
}

/** How a denial is made: with a SOA of these times, or with none. */
export interface DenialOptions {
  readonly soa?: SoaTimes | false;
}

/** Zone that a scripted server pretends a name is in: the last two labels, or the root for a single label. */
export function apexOf(name: string): string {
  const labels = name.split('.');
  return labels.length < 2 ? '.' : labels.slice(-2).join('.');
}

function denial(rcode: RcodeName, options: DenialOptions): Behaviour {
  const authorities = (query: Query): ZoneRecord[] =>
    options.soa === false ? [] : [soa(apexOf(query.name), options.soa)];
  return (exchange) => respond({ rcode, authorities: authorities(exchange.query) })(exchange);
}

/** The name does not exist. Without a SOA nobody may cache it for long (RFC 2308 §5). */
export function nxdomain(options: DenialOptions = {}): Behaviour {
  return denial('NXDOMAIN', options);
}

/** The name exists, this type does not (RFC 2308 §2.2). */
export function nodata(options: DenialOptions = {}): Behaviour {
  return denial('NOERROR', options);
}

/** A response with nothing but a code: SERVFAIL, REFUSED, FORMERR, NOTIMP … */
export function failure(rcode: RcodeName): Behaviour {
  return respond({ rcode });
}
