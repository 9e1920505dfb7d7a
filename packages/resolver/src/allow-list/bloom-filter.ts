/**
 * A Bloom filter of host names: a set too large to keep as it is, in a few bits a name. It never forgets a name; some
 * others it takes for its own, as many as it was told to.
 */
import { ResolverOptionError } from '../errors/errors.ts';
import { normalizeHostname } from '../lookup/hostname.ts';
import { describe } from '../configuration/option-values.ts';

const { Buffer } = process.getBuiltinModule('node:buffer');

/** Plain data, which can be sent to worker threads. In JSON, `bits` is written in base64. */
export interface BloomFilter {
  readonly bits: Uint8Array;
  /** How many bits stand for a name. */
  readonly hashes: number;
}

export interface BloomFilterOptions {
  /** Share of other names that pass, 0.000001 to 0.5. Default: 0.01 */
  readonly falsePositiveRate?: number | undefined;
}

const DEFAULT_RATE = 0.01;
const MIN_RATE = 0.000_001;
const MAX_RATE = 0.5;
/** In a filter of a few bits, the steps of double hashing meet too often. */
const MIN_OCTETS = 64;
/** A rate of {@link MIN_RATE} takes 20. */
const MAX_HASHES = 32;

/** What two spellings of a host name have in common: ASCII, lower case, no final dot. */
export function spelling(ascii: string): string {
  const lower = ascii.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/**
 * A filter that lets these names pass: about 1.2 octets a name at the default rate.
 *
 * @throws ResolverOptionError for a rate out of range and for a name that can be no host name
 */
export function bloomFilter(names: Iterable<string>, options: BloomFilterOptions = {}): BloomFilter {
  const { falsePositiveRate: rate = DEFAULT_RATE } = options;
  if (typeof rate !== 'number' || !(rate >= MIN_RATE && rate <= MAX_RATE)) {
    const reason = `must be a number from ${MIN_RATE} to ${MAX_RATE}, not ${describe(rate)}`;
    throw new ResolverOptionError('falsePositiveRate', reason);
  }
  const spellings = new Set<string>();
  let index = 0;
  for (const name of names) {
    const hostname = typeof name === 'string' && name !== '' ? normalizeHostname(name) : undefined;
    if (hostname === undefined || hostname.refusal !== undefined) {
      throw new ResolverOptionError(`names[${index}]`, `must be a host name, not ${describe(name)}`);
    }
    spellings.add(spelling(hostname.ascii));
    index++;
  }
  // The sizes that make the filter smallest for a rate (Bloom 1970): m = −n ln p ÷ ln² 2, k = m ÷ n · ln 2.
  const bitsPerName = -Math.log(rate) / Math.LN2 ** 2;
  const filter = {
    bits: new Uint8Array(Math.max(MIN_OCTETS, Math.ceil((spellings.size * bitsPerName) / 8))),
    hashes: Math.max(1, Math.round(bitsPerName * Math.LN2)),
  };
  for (const name of spellings) add(filter, name);
  return filter;
}

// Which bits stand for a name is found by double hashing (Kirsch and Mitzenmacher 2006): two hashes make any number of
// them that are as good as independent.

function add({ bits, hashes }: BloomFilter, name: string): void {
  const [first, second] = hash(name);
  for (let turn = 0; turn < hashes; turn++) {
    const bit = (first + turn * second) % (bits.length * 8);
    bits[Math.floor(bit / 8)] = (bits[Math.floor(bit / 8)] as number) | (1 << (bit % 8));
  }
}

/** @param name in its {@link spelling} */
export function passes({ bits, hashes }: BloomFilter, name: string): boolean {
  const [first, second] = hash(name);
  for (let turn = 0; turn < hashes; turn++) {
    const bit = (first + turn * second) % (bits.length * 8);
    if (((bits[Math.floor(bit / 8)] as number) & (1 << (bit % 8))) === 0) return false;
  }
  return true;
}

/** cyrb53, as two numbers of 32 bits: fast on short strings, and the same on every machine, so that filters can be kept. */
function hash(name: string): readonly [number, number] {
  let first = 0xdead_beef;
  let second = 0x41c6_ce57;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    first = Math.imul(first ^ code, 0x9e37_79b1);
    second = Math.imul(second ^ code, 0x5f35_6495);
  }
  first = Math.imul(first ^ (first >>> 16), 0x85eb_ca6b) ^ Math.imul(second ^ (second >>> 13), 0xc2b2_ae35);
  second = Math.imul(second ^ (second >>> 16), 0x85eb_ca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2_ae35);
  // An even step would leave out half the bits of a size that is even.
  return [first >>> 0, (second | 1) >>> 0];
}

/** Reads a filter that was made here, or elsewhere and then sent or written down. */
export function readBloomFilter(value: unknown, path: string): BloomFilter {
  const wrong = (at: string, what: string, got: unknown): never => {
    throw new ResolverOptionError(at, `must be ${what}, not ${describe(got)}`);
  };
  if (typeof value !== 'object' || value === null) return wrong(path, 'what bloomFilter(names) gives', value);
  const { bits, hashes } = value as Partial<Record<keyof BloomFilter, unknown>>;
  const octets = typeof bits === 'string' ? new Uint8Array(Buffer.from(bits, 'base64')) : bits;
  // By its tag: arrays of another realm are instances of another class.
  if (
    Object.prototype.toString.call(octets) !== '[object Uint8Array]' ||
    (octets as Uint8Array).length === 0
  ) {
    return wrong(`${path}.bits`, 'a Uint8Array or its octets in base64', bits);
  }
  if (typeof hashes !== 'number' || !Number.isInteger(hashes) || hashes < 1 || hashes > MAX_HASHES) {
    return wrong(`${path}.hashes`, `an integer from 1 to ${MAX_HASHES}`, hashes);
  }
  return { bits: octets as Uint8Array, hashes };
}
