import type { Binding, NativeEvent, NativeOptions } from '../binding.ts';

/** One decoded record. */
export interface DeliveredRecord {
  readonly ticket: number;
  readonly kind: number;
  readonly status: number;
  readonly flags: number;
  readonly expiresInMs: number;
  readonly refreshInMs: number;
  readonly slot: number;
  readonly generation: number;
  readonly addresses: readonly string[];
  readonly ranks: readonly number[];
  readonly ttls: readonly number[];
  readonly detail: string;
  /** The detail as it came. */
  readonly octets: Uint8Array;
  /** What the detail of kind 3 says. */
  readonly records: readonly {
    readonly rtype: number;
    readonly ttl: number;
    readonly rdata: readonly number[];
  }[];
  /** Answered by the call itself. */
  readonly atOnce?: true;
}

/** A query to an encrypted server. */
export interface OfferedLeg {
  readonly leg: number;
  readonly handle: number;
  readonly url: string;
  readonly query: Uint8Array;
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
  /** Those that nobody has asked for by {@link TestPort.leg}. */
  readonly legs: readonly OfferedLeg[];
  /** Deliveries in memory of their own. */
  readonly outgrown: number;
  /** Runs at the end of each delivery. */
  onDelivery: ((records: DeliveredRecord[]) => void) | undefined;
  /** The next leg that is offered, or was and has not been asked for. */
  leg(): Promise<OfferedLeg>;
  readonly lastTicket: number;
  readonly pending: number;
  open(serverPort: number, changes?: Partial<NativeOptions>): number;
  lookup(handle: number, name: string, flags?: number, timeoutMs?: number): Promise<DeliveredRecord>;
  query(handle: number, name: string, rtype: number, flags?: number): Promise<DeliveredRecord>;
  importEntries(handle: number, digest: string, rows: Uint8Array): Promise<DeliveredRecord>;
  peek(handle: number, name: string, flags?: number): DeliveredRecord | undefined;
}
