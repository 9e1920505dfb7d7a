/** What speaks for an upstream having failed: gathered from samples, judged by a {@link FailureRule}. */
import { type Errors, ErrorShare } from './error-share.ts';
import { meaningOf, type Sample } from './sample.ts';

/** A timeout counts as long from here on: no answer within 1000 ms is a response time of more (founding design). */
const LONG_TIMEOUT_MS = 1000;
/** Milliseconds for which a name counts as one that was asked for. */
const NAME_AGE_MS = 60_000;
/** More distinct names need not be told apart. */
const NAMES = 2;

type Name = Sample['name'];

/** Of one upstream. */
export class FailureEvidence {
  #silences = 0;
  #longSilences = 0;
  #servfails = 0;
  #answeredAtMs = -Infinity;
  #silentSinceMs = Infinity;
  readonly #silentNames: Set<Name> = new Set();
  #name: Name;
  #asked = false;
  /** When a name other than the latest was last asked for. */
  #otherNameAtMs = -Infinity;
  #nameAtMs = -Infinity;
  readonly #errors = new ErrorShare();

  /** Queries without an answer since the last answer of any kind. */
  get silences(): number {
    return this.#silences;
  }

  /** Those of them that were waited for at least 1000 ms, or were refused by network, TLS or HTTP. */
  get longSilences(): number {
    return this.#longSilences;
  }

  /** SERVFAIL answers. */
  get servfails(): number {
    return this.#servfails;
  }

  /** Distinct names among the unanswered queries; counted up to two. */
  get silentNames(): number {
    return this.#silentNames.size;
  }

  /** Since when an answer has been awaited in vain, milliseconds of the monotonic clock; Infinity if none is. */
  get silentSinceMs(): number {
    return this.#silentSinceMs;
  }

  /** Whether more than one name was asked for within the last minute. */
  severalNames(nowMs: number): boolean {
    return nowMs - this.#otherNameAtMs <= NAME_AGE_MS;
  }

  errors(nowMs: number): Errors {
    return this.#errors.at(nowMs);
  }

  /** @param atMs when the sample ended; must not run backwards */
  add(sample: Sample, atMs: number): void {
    const meaning = meaningOf(sample);
    if (meaning === 'nothing') return;
    this.#note(sample.name, atMs);
    if (meaning === 'silence') {
      this.#silences++;
      if (sample.outcome !== 'timeout' || sample.elapsedMs >= LONG_TIMEOUT_MS) this.#longSilences++;
      // Silence before the query was sent meant nothing.
      const sentAtMs = Math.min(this.#silentSinceMs, atMs - sample.elapsedMs);
      this.#silentSinceMs = Math.max(this.#answeredAtMs, sentAtMs);
      if (this.#silentNames.size < NAMES) this.#silentNames.add(sample.name);
      return;
    }
    this.answered(atMs);
    if (sample.outcome === 'servfail') this.#servfails++;
    this.#errors.add(atMs, meaning === 'error', sample.name);
  }

  /** An answer of any kind came, perhaps to a probe. */
  answered(atMs: number): void {
    this.#silences = 0;
    this.#longSilences = 0;
    this.#answeredAtMs = atMs;
    this.#silentSinceMs = Infinity;
    this.#silentNames.clear();
  }

  /** The upstream has recovered, or the way there is another one: what was held against it is forgotten. */
  clear(): void {
    this.answered(-Infinity);
    this.#servfails = 0;
    this.#errors.clear();
  }

  #note(name: Name, atMs: number): void {
    if (this.#asked && name !== this.#name) this.#otherNameAtMs = this.#nameAtMs;
    this.#asked = true;
    this.#name = name;
    this.#nameAtMs = atMs;
  }
}
