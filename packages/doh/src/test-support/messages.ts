/** Messages as the resolver would hand them over. */
import { decode, encode, type OptAnswer, type Packet, RECURSION_DESIRED } from 'dns-packet';

export interface QueryParts {
  readonly id?: number;
  readonly type?: 'A' | 'AAAA' | 'TXT';
  readonly edns?: boolean;
}

export function queryFor(name: string, { id = 4711, type = 'A', edns = true }: QueryParts = {}): Uint8Array {
  const message = encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ type, name }],
    additionals: edns ? [optRecord()] : [],
  });
  return Uint8Array.from(message);
}

/** An OPT record without options. */
export function optRecord(isDo = false): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: isDo ? 0x8000 : 0,
    flag_do: isDo,
    options: [],
  };
}

export function parsed(bytes: Uint8Array): Packet {
  return decode(Buffer.from(bytes));
}

/** `data` of each answer record. */
export function answersIn(bytes: Uint8Array): unknown[] {
  return (parsed(bytes).answers ?? []).map((record) => ('data' in record ? record.data : undefined));
}
