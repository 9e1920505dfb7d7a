import type { Binding, NativeEvent, NativeOptions } from '../binding.ts';

/** One decoded record. */
export interface DeliveredRecord {
  readonly ticket: number;
  readonly kind: number;
  readonly status: number;
  readonly flags: number;
  readonly expiresInMs: number;
  readonly slot: number;
  readonly generation: number;
  readonly addresses: readonly string[];
  readonly ranks: readonly number[];
  readonly ttls: readonly number[];
  readonly detail: string;
  /** What the detail of kind 3 says. */
  readonly records: readonly {
    readonly rtype: number;
    readonly ttl: number;
    readonly rdata: readonly number[];
  }[];
  /** Answered by the call itself. */
  readonly atOnce?: true;
}

export function readRecords(bytes: Uint8Array, length: number): DeliveredRecord[];
export function optionsFor(serverPort: number, changes?: Partial<NativeOptions>): string;

/** A port, and promises for its tickets. */
export class TestPort {
  constructor(binding: Binding, scratchLength?: number);
  readonly binding: Binding;
  readonly id: number;
  /** Records in each delivery. */
  readonly batches: number[];
  /** What was told without asking. */
  readonly events: readonly NativeEvent[];
  /** Deliveries in memory of their own. */
  readonly outgrown: number;
  /** Runs at the end of each delivery. */
  onDelivery: ((records: DeliveredRecord[]) => void) | undefined;
  readonly lastTicket: number;
  readonly pending: number;
  open(serverPort: number, changes?: Partial<NativeOptions>): number;
  lookup(handle: number, name: string, flags?: number, timeoutMs?: number): Promise<DeliveredRecord>;
  query(handle: number, name: string, rtype: number, flags?: number): Promise<DeliveredRecord>;
  importEntries(handle: number, digest: string, rows: Uint8Array): Promise<DeliveredRecord>;
  peek(handle: number, name: string, flags?: number): DeliveredRecord | undefined;
}
