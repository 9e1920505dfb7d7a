/** From an answer of the addon to what a function of `resolve*` gives. */
import { RecordType } from '../native/binding.ts';
import type { Answer } from '../native/record.ts';
import { anyRecords } from './any-records.ts';
import type { RecordKind } from './record-kind.ts';
import { recordValue } from './record-values.ts';
import { type ResourceRecord, resourceRecords } from './resource-records.ts';
import { serviceBinding } from './service-binding.ts';

/**
 * @param withTtl addresses come with the seconds that remain
 * @throws RdataError if a record is malformed
 */
export function resolveResult({ number }: RecordKind, answer: Answer, withTtl: boolean): unknown {
  switch (number) {
    case RecordType.A:
    case RecordType.AAAA:
      return withTtl ? withTtls(answer) : [...answer.addresses];
    case RecordType.ANY:
      return anyRecords(resourceRecords(answer.detailOctets));
    case RecordType.HTTPS:
    case RecordType.SVCB:
      return ofType(answer, number).map(({ data }) => serviceBinding(data));
    case RecordType.SOA:
      return ofType(answer, number).map((record) => recordValue(record))[0];
    default:
      return ofType(answer, number).map((record) => recordValue(record));
  }
}

function ofType({ detailOctets }: Answer, number: number): ResourceRecord[] {
  return resourceRecords(detailOctets).filter(({ type }) => type === number);
}

function withTtls({ addresses, ttls }: Answer): { address: string; ttl: number }[] {
  return addresses.map((address, index) => ({ address, ttl: ttls[index] as number }));
}
