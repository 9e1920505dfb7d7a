/** Reads the records in which the addon gives answers: see `batch.rs`. Numbers are in the order of this machine. */
import type { RankedAddresses } from '../lookup/address-list.ts';
import { AddressTexts } from './address-texts.ts';
import { Status } from './binding.ts';

const { Buffer } = process.getBuiltinModule('node:buffer');

const HEADER_OCTETS = 36;

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
  /** Seconds, one per address; empty for answers of `lookup`. */
  readonly ttls: readonly number[];
  /** JSON; what it says depends on the status. Empty for an answer with records. */
  readonly detail: string;
  /** Records of a type that is no address, see `Binding.query`; empty otherwise. */
  readonly detailOctets: Uint8Array;
}

/** A query to an encrypted server that this environment is offered. */
export interface Leg {
  readonly leg: number;
  /** The resolver that has the server. */
  readonly handle: number;
  /** The server's. */
  readonly url: string;
  /** A DNS message. */
  readonly query: Uint8Array;
}

const KIND_ADDRESSES_WITH_TTL = 2;
const KIND_RECORDS = 3;
/** In the word of the flags. */
const RANKED = 1 << 24;
/** In the upper half of that word: all of one family, none ranked, as nearly all answers with addresses of one type are. */
const UNRANKED_IPV4 = 4;
const NONE: readonly never[] = [];
const NO_OCTETS = new Uint8Array(0);

/** Of all ports: addresses are the same everywhere. */
let texts: AddressTexts | undefined;

/**
 * A buffer of records, and one of them at which it stands. One view is kept for as long as the addon uses the same
 * memory.
 */
export class RecordReader {
  readonly #octets: Buffer;
  readonly #words: Uint32Array;
  readonly #texts: AddressTexts = (texts ??= new AddressTexts());
  #at = 0;

  /** @param bytes begin at a multiple of four octets in their memory */
  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#octets = Buffer.from(buffer, byteOffset, byteLength);
    this.#words = new Uint32Array(buffer, byteOffset, byteLength >> 2);
  }

  /** @param offset of the record that is asked about next */
  moveTo(offset: number): this {
    this.#at = offset;
    return this;
  }

  /** Octets of the record, padding included. */
  get size(): number {
    return this.#words[this.#at >> 2] as number;
  }

  get ticket(): number {
    return this.#words[(this.#at >> 2) + 1] as number;
  }

  /** See `Status` in binding.ts. */
  get status(): number {
    return ((this.#words[(this.#at >> 2) + 2] as number) >>> 8) & 0xff;
  }

  /** The addresses alone, without all else that an answer says. */
  addresses(): string[] {
    const words = this.#words;
    const first = this.#at >> 2;
    const count = (words[first + 2] as number) >>> 16;
    const layout = (words[first + 3] as number) >>> 16;
    if (count === 0 || layout !== UNRANKED_IPV4) return [...this.answer().addresses];
    return this.#ipv4(this.#at + HEADER_OCTETS, count);
  }

  /** Of a record with the ticket of legs. */
  leg(): Leg {
    const words = this.#words;
    const first = this.#at >> 2;
    const start = this.#at + HEADER_OCTETS;
    const queryStart = start + (words[first + 6] as number);
    return {
      leg: words[first + 4] as number,
      handle: words[first + 5] as number,
      url: this.#octets.toString('utf8', start, queryStart),
      query: Uint8Array.from(this.#octets.subarray(queryStart, start + (words[first + 8] as number))),
    };
  }

  answer(): Answer {
    const offset = this.#at;
    const words = this.#words;
    const first = offset >> 2;
    const kinds = words[first + 2] as number;
    const flags = words[first + 3] as number;
    const detailLength = words[first + 8] as number;
    const kind = kinds & 0xff;
    const status = (kinds >>> 8) & 0xff;
    const count = kinds >>> 16;
    const family = ((flags >>> 16) & 0xff) as 0 | 4 | 6;
    let at = offset + HEADER_OCTETS;
    let ranks: readonly number[] = NONE;
    let families: readonly number[] = NONE;
    if (count > 0 && (family === 0 || (flags & RANKED) !== 0)) {
      if ((flags & RANKED) !== 0) {
        ranks = this.#numbers(at, count);
        at += count;
      }
      if (family === 0) {
        families = this.#numbers(at, count);
        at += count;
      }
      at = (at + 3) & ~3;
    }
    let addresses: readonly string[] = NONE;
    if (family === 4) {
      addresses = this.#ipv4(at, count);
      at += 4 * count;
    } else if (count > 0) {
      const list: string[] = [];
      for (let index = 0; index < count; index++) {
        const is4 = families[index] === 4;
        list.push(
          is4 ? this.#texts.ipv4(this.#octets, words, at) : this.#texts.ipv6(this.#octets, words, at),
        );
        at += is4 ? 4 : 16;
      }
      addresses = list;
    }
    let ttls: readonly number[] = NONE;
    if (kind === KIND_ADDRESSES_WITH_TTL && count > 0) {
      ttls = Array.from(words.subarray(at >> 2, (at >> 2) + count));
      at += 4 * count;
    }
    const hasRecords = kind === KIND_RECORDS && status === Status.Ok;
    return {
      ticket: words[first + 1] as number,
      status,
      flags: flags & 0xffff,
      expiresInMs: words[first + 4] as number,
      refreshInMs: words[first + 5] as number,
      slot: words[first + 6] as number,
      generation: words[first + 7] as number,
      addresses,
      family,
      ranks,
      ttls,
      detail: detailLength === 0 || hasRecords ? '' : this.#octets.toString('utf8', at, at + detailLength),
      detailOctets: hasRecords ? Uint8Array.from(this.#octets.subarray(at, at + detailLength)) : NO_OCTETS,
    };
  }

  #numbers(at: number, count: number): number[] {
    return Array.from(this.#octets.subarray(at, at + count));
  }

  /** By literals for the most frequent lengths: a list that grows takes room for 17. */
  #ipv4(at: number, count: number): string[] {
    const octets = this.#octets;
    const words = this.#words;
    const text = this.#texts;
    const first = text.ipv4(octets, words, at);
    if (count === 1) return [first];
    const list = [first, text.ipv4(octets, words, at + 4)];
    for (let index = 2; index < count; index++) list.push(text.ipv4(octets, words, at + 4 * index));
    return list;
  }
}
