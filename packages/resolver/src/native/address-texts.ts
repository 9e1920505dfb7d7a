/**
 * Addresses as text. The addresses of a name come again with every refresh and in every resolver, and many names share
 * theirs: the text of one that was seen lately is found by its octets, and is not made anew nor kept twice.
 */
import { ipv6Text } from '../resolve/address-text.ts';

/** Binary logarithms of how many texts are kept; together they take 100 KB. */
const IPV4_BITS = 12;
const IPV6_BITS = 11;
const IPV6_WORDS = 4;
const IPV6_OCTETS = 16;
/** 2³² divided by the golden ratio: neighbours spread over all places (Knuth, TAOCP 6.4). */
const MULTIPLIER = 0x9e37_79b1;

/** Each address has one place, where it replaces the one before. */
export class AddressTexts {
  readonly #ipv4: Uint32Array = new Uint32Array(1 << IPV4_BITS);
  readonly #ipv4Texts: string[] = Array.from({ length: 1 << IPV4_BITS }, () => '');
  readonly #ipv6: Uint32Array = new Uint32Array(IPV6_WORDS << IPV6_BITS);
  readonly #ipv6Texts: string[] = Array.from({ length: 1 << IPV6_BITS }, () => '');

  /**
   * @param octets holds the address at `at`
   * @param words the same memory
   */
  ipv4(octets: Uint8Array, words: Uint32Array, at: number): string {
    const word = words[at >> 2] as number;
    const place = Math.imul(word, MULTIPLIER) >>> (32 - IPV4_BITS);
    const known = this.#ipv4Texts[place] as string;
    if (this.#ipv4[place] === word && known !== '') return known;
    const text = `${octets[at]}.${octets[at + 1]}.${octets[at + 2]}.${octets[at + 3]}`;
    this.#ipv4[place] = word;
    this.#ipv4Texts[place] = text;
    return text;
  }

  /** As {@link AddressTexts.ipv4}. */
  ipv6(octets: Uint8Array, words: Uint32Array, at: number): string {
    const from = at >> 2;
    let hash = 0;
    for (let index = 0; index < IPV6_WORDS; index++) {
      hash = Math.imul(hash ^ (words[from + index] as number), MULTIPLIER);
    }
    const place = hash >>> (32 - IPV6_BITS);
    const known = this.#ipv6Texts[place] as string;
    if (known !== '' && this.#isIPv6(words, from, place)) return known;
    const text = ipv6Text(octets.subarray(at, at + IPV6_OCTETS));
    this.#ipv6.set(words.subarray(from, from + IPV6_WORDS), place * IPV6_WORDS);
    this.#ipv6Texts[place] = text;
    return text;
  }

  #isIPv6(words: Uint32Array, from: number, place: number): boolean {
    const first = place * IPV6_WORDS;
    for (let index = 0; index < IPV6_WORDS; index++) {
      if (this.#ipv6[first + index] !== words[from + index]) return false;
    }
    return true;
  }
}
