/** Reads the records in which the addon gives answers. All numbers are little-endian. */
import { Buffer } from 'node:buffer';
import type { RankedAddresses } from '../lookup/address-list.ts';
import { Status } from './binding.ts';

const HEADER_OCTETS = 48;

/** Bits of {@link Answer.flags}. */
export const AnswerFlag = {
  /** Both families are in, so that the answer may be mirrored. */
  Complete: 1,
  FromCache: 2,
  Stale: 4,
  FromHosts: 8,
  /** With a denial: nsswitch.conf lists services that know more than files and DNS. */
  OtherServices: 16,
} as const;

/** One decoded record; it shares no memory with the buffer it came from. */
export interface Answer extends RankedAddresses {
  readonly ticket: number;
  /** See `Status` in binding.ts. */
  readonly status: number;
  /** See {@link AnswerFlag}. */
  readonly flags: number;
  /** Milliseconds that are left; 0: not to be mirrored. */
  readonly expiresInMs: number;
  /** Milliseconds until the answer is due for a refresh. */
  readonly refreshInMs: number;
  /** Which generation counter ends the answer early, and what it showed when the answer was read. */
  readonly slot: number;
  readonly generation: number;
  /** The addresses joined by commas. */
  readonly text: string;
  /** Seconds, one per address; empty for answers of `lookup`. */
  readonly ttls: readonly number[];
  /** JSON; what it says depends on the status. Empty for an answer with records. */
  readonly detail: string;
  /** Records of a type that is no address, see `Binding.query`; empty otherwise. */
  readonly detailOctets: Uint8Array;
}

const KIND_OFFSET = 8;
const KIND_ADDRESSES_WITH_TTL = 2;
const KIND_RECORDS = 3;
const NONE: readonly never[] = [];
const NO_OCTETS = new Uint8Array(0);

/** A buffer of records. One view is kept for as long as the addon uses the same memory. */
export class RecordReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Octets of the record at this offset, padding included. */
  sizeAt(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  read(offset: number): Answer {
    const view = this.#view;
    const count = view.getUint16(offset + 10, true);
    const textLength = view.getUint32(offset + 40, true);
    const detailLength = view.getUint32(offset + 44, true);
    const ranksAt = offset + HEADER_OCTETS;
    const ttlsAt = ranksAt + count;
    const kind = view.getUint8(offset + KIND_OFFSET);
    const status = view.getUint8(offset + 9);
    const hasTtls = count > 0 && kind === KIND_ADDRESSES_WITH_TTL;
    const hasRecords = kind === KIND_RECORDS && status === Status.Ok;
    const textAt = hasTtls ? ttlsAt + 4 * count : ttlsAt;
    const text = textLength === 0 ? '' : this.#bytes.toString('latin1', textAt, textAt + textLength);
    const detailAt = textAt + textLength;
    return {
      ticket: view.getUint32(offset + 4, true),
      status,
      flags: view.getUint16(offset + 12, true),
      expiresInMs: view.getFloat64(offset + 16, true),
      refreshInMs: view.getFloat64(offset + 24, true),
      slot: view.getUint32(offset + 32, true),
      generation: view.getUint32(offset + 36, true),
      text,
      addresses: count === 0 ? NONE : partsOf(text, count),
      ranks: count === 0 ? NONE : this.#ranks(ranksAt, count),
      ttls: hasTtls ? this.#ttls(ttlsAt, count) : NONE,
      detail:
        detailLength === 0 || hasRecords
          ? ''
          : this.#bytes.toString('utf8', detailAt, detailAt + detailLength),
      detailOctets: hasRecords
        ? Uint8Array.from(this.#bytes.subarray(detailAt, detailAt + detailLength))
        : NO_OCTETS,
    };
  }

  #ranks(at: number, count: number): number[] {
    const ranks: number[] = [];
    for (let index = 0; index < count; index++) ranks.push(this.#view.getUint8(at + index));
    return ranks;
  }

  #ttls(at: number, count: number): number[] {
    const ttls: number[] = [];
    for (let index = 0; index < count; index++) ttls.push(this.#view.getUint32(at + 4 * index, true));
    return ttls;
  }
}

/** `text.split(',')`, which is a call out of compiled code. */
function partsOf(text: string, count: number): string[] {
  const parts: string[] = [];
  let start = 0;
  while (parts.length < count - 1) {
    const comma = text.indexOf(',', start);
    parts.push(text.slice(start, comma));
    start = comma + 1;
  }
  parts.push(start === 0 ? text : text.slice(start));
  return parts;
}
