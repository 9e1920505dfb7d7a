/**
 * The allow-list: which names may be asked for at all. Against names made up by others: what is not on the list costs
 * no query and no place in the cache.
 */
import { type BloomFilter, passes, spelling } from './bloom-filter.ts';

export interface AllowListOptions {
  /** Names that are allowed. */
  readonly names?: readonly string[] | undefined;
  /** Names under these, and these themselves, are allowed. */
  readonly suffixes?: readonly string[] | undefined;
  /** A large set of allowed names, see `bloomFilter`. */
  readonly bloom?: BloomFilter | undefined;
}

export class AllowList {
  readonly #names: ReadonlySet<string>;
  readonly #suffixes: ReadonlySet<string>;
  readonly #bloom: BloomFilter | undefined;

  /** @param options names in ASCII */
  constructor({ names = [], suffixes = [], bloom }: AllowListOptions) {
    this.#names = new Set(names.map(spelling));
    // RFC 6761 §6.3: never a query, so there is nothing to protect.
    this.#suffixes = new Set(['localhost', ...suffixes.map(spelling)]);
    this.#bloom = bloom;
  }

  /** @param ascii as typed: before any search list, with or without a final dot */
  allows(ascii: string): boolean {
    const name = spelling(ascii);
    if (this.#names.has(name) || this.#suffixes.has(name)) return true;
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      if (this.#suffixes.has(name.slice(dot + 1))) return true;
    }
    return this.#bloom !== undefined && passes(this.#bloom, name);
  }
}
