/** The list that `resolveAny` gives: grouped by type as Node groups it, without types that Node leaves out. */
import { RecordType } from '../native/binding.ts';
import { nodePromisesMembers } from '../runtime/node-dns.ts';
import { ipv4Text, ipv6Text } from './address-text.ts';
import { RdataError } from './rdata.ts';
import { recordValue } from './record-values.ts';
import type { ResourceRecord } from './resource-records.ts';

const IPV4_OCTETS = 4;
const IPV6_OCTETS = 16;

/** Types after the addresses, in the order in which Node looks for them. */
const OTHER_TYPES = ['MX', 'NS', 'TXT', 'SRV', 'PTR', 'NAPTR', 'SOA', 'TLSA', 'CAA'] as const;
const KNOWS_TLSA = 'resolveTlsa' in nodePromisesMembers;

/** @throws RdataError */
export function anyRecords(records: readonly ResourceRecord[]): object[] {
  const ofType = (type: keyof typeof RecordType): ResourceRecord[] =>
    records.filter((record) => record.type === RecordType[type]);
  const aliases = ofType('CNAME').map((record) => recordValue(record, 'CNAME') as object);
  const list = [
    ...(aliases.length > 0 ? aliases : ofType('A').map((record) => address(record, 'A'))),
    ...ofType('AAAA').map((record) => address(record, 'AAAA')),
  ];
  for (const type of OTHER_TYPES) {
    if (type === 'TLSA' && !KNOWS_TLSA) continue;
    for (const record of ofType(type)) list.push(recordValue(record, type) as object);
  }
  return list;
}

function address({ data, ttl }: ResourceRecord, type: 'A' | 'AAAA'): object {
  if (data.length !== (type === 'A' ? IPV4_OCTETS : IPV6_OCTETS)) throw new RdataError();
  return { address: type === 'A' ? ipv4Text(data) : ipv6Text(data), ttl, type };
}
