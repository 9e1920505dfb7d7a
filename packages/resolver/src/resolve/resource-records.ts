/** Takes apart the records that the addon gives for every type but A and AAAA. */
import { Rdata } from './rdata.ts';

export interface ResourceRecord {
  /** Number of the type. */
  readonly type: number;
  /** Seconds that remain. */
  readonly ttl: number;
  readonly data: Uint8Array;
}

/**
 * @param octets see `Binding.query`
 * @throws RdataError if they end within a record
 */
export function resourceRecords(octets: Uint8Array): ResourceRecord[] {
  const reader = new Rdata(octets);
  const records: ResourceRecord[] = [];
  while (reader.left > 0) {
    const type = reader.u16();
    const ttl = reader.u32();
    records.push({ type, ttl, data: reader.take(reader.u16()) });
  }
  return records;
}
