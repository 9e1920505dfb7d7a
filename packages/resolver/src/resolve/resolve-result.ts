/** From an answer of the addon to what a function of `resolve*` gives. */
import { RecordType } from '../native/binding.ts';
import type { RecordReader } from '../native/record.ts';
import { anyRecords } from './any-records.ts';
import type { RecordKind } from './record-kind.ts';
import { recordValue } from './record-values.ts';
import { type ResourceRecord, resourceRecords } from './resource-records.ts';
import { serviceBinding } from './service-binding.ts';

/**
 * @param record stands at an answer with records
 * @param withTtl addresses come with the seconds that remain
 * @throws RdataError if a record is malformed
 */
export function resolveResult({ number }: RecordKind, record: RecordReader, withTtl: boolean): unknown {
  switch (number) {
    case RecordType.A:
    case RecordType.AAAA:
      return withTtl ? withTtls(record) : record.addresses();
    case RecordType.ANY:
      return anyRecords(resourceRecords(record.answer().detailOctets));
    case RecordType.HTTPS:
    case RecordType.SVCB:
      return ofType(record, number).map(({ data }) => serviceBinding(data));
    case RecordType.SOA:
      return ofType(record, number).map((one) => recordValue(one))[0];
    default:
      return ofType(record, number).map((one) => recordValue(one));
  }
}

function ofType(record: RecordReader, number: number): ResourceRecord[] {
  return resourceRecords(record.answer().detailOctets).filter(({ type }) => type === number);
}

function withTtls(record: RecordReader): { address: string; ttl: number }[] {
  const { addresses, ttls } = record.answer();
  return addresses.map((address, index) => ({ address, ttl: ttls[index] as number }));
}
