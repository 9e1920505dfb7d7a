/** How many of an upstream's recent answers were errors, and of how many names. */

/** A burst at a high rate is judged over so many milliseconds, */
const SPAN_MS = 10_000;
const BUCKET_MS = 1000;
/** and at a low rate over so many answers, */
const RECENT = 50;
/** none of them older than this, in milliseconds. */
const RECENT_AGE_MS = 60_000;
/** More distinct names need not be told apart. */
const NAMES = 3;

type Name = string | number | undefined;

interface Answer {
  readonly atMs: number;
  readonly error: boolean;
  readonly name: Name;
}

interface Bucket {
  readonly startMs: number;
  answers: number;
  errors: number;
  readonly names: Set<Name>;
}

/** A moment's view. */
export interface Errors {
  readonly answers: number;
  readonly errors: number;
  /** Distinct names that got errors; counted up to three. */
  readonly names: number;
}

/**
 * The answers of the last 10 s, or the last 50 of a minute where those are more: fifty answers alone would be 50 ms of a
 * busy upstream, in which one broken zone can look like an outage.
 */
export class ErrorShare {
  readonly #recent: Answer[] = [];
  readonly #buckets: Bucket[] = [];

  /** Times must not run backwards. */
  add(atMs: number, error: boolean, name: Name): void {
    this.#recent.push({ atMs, error, name });
    if (this.#recent.length > RECENT) this.#recent.shift();
    let bucket = this.#buckets.at(-1);
    if (bucket === undefined || atMs - bucket.startMs >= BUCKET_MS) {
      bucket = { startMs: atMs, answers: 0, errors: 0, names: new Set() };
      this.#buckets.push(bucket);
      this.#forget(atMs);
    }
    bucket.answers++;
    if (!error) return;
    bucket.errors++;
    if (bucket.names.size < NAMES) bucket.names.add(name);
  }

  at(nowMs: number): Errors {
    this.#forget(nowMs);
    const burst = this.#buckets.reduce((sum, bucket) => sum + bucket.answers, 0);
    if (burst > this.#recent.length) {
      const names = new Set(this.#buckets.flatMap((bucket) => [...bucket.names]));
      const errors = this.#buckets.reduce((sum, bucket) => sum + bucket.errors, 0);
      return { answers: burst, errors, names: Math.min(NAMES, names.size) };
    }
    const failed = this.#recent.filter(({ error }) => error);
    const names = new Set(failed.map(({ name }) => name));
    return { answers: this.#recent.length, errors: failed.length, names: Math.min(NAMES, names.size) };
  }

  clear(): void {
    this.#recent.length = 0;
    this.#buckets.length = 0;
  }

  #forget(nowMs: number): void {
    while ((this.#recent[0]?.atMs ?? Infinity) < nowMs - RECENT_AGE_MS) this.#recent.shift();
    while ((this.#buckets[0]?.startMs ?? Infinity) < nowMs - SPAN_MS) this.#buckets.shift();
  }
}
