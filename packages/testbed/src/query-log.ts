import type { Query, ServerTransport } from './query.ts';

/** Chooses queries of a log: every given field must match; names compare without letter case. */
export interface QueryFilter {
  readonly name?: string;
  readonly type?: string;
  readonly transport?: ServerTransport;
}

interface Waiter {
  readonly count: number;
  readonly filter: QueryFilter;
  readonly resolve: (queries: Query[]) => void;
}

/** Whether every field given agrees. */
export function matches(query: Query, filter: QueryFilter): boolean {
  return (
    (filter.name === undefined || filter.name.toLowerCase() === query.name.toLowerCase()) &&
    (filter.type === undefined || filter.type === query.type) &&
    (filter.transport === undefined || filter.transport === query.transport)
  );
}

/** The queries a server has received, in order of arrival. */
export class QueryLog {
  readonly #queries: Query[] = [];
  #waiters: Waiter[] = [];

  /** The live list; it grows as queries arrive. */
  get queries(): readonly Query[] {
    return this.#queries;
  }

  record(query: Query): void {
    this.#queries.push(query);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) this.#settle(waiter);
  }

  /** Those recorded so far that match. */
  select(filter: QueryFilter): Query[] {
    return this.#queries.filter((query) => matches(query, filter));
  }

  /** Resolves with the matching queries as soon as there are `count` of them, which may be at once. */
  waitFor(count: number, filter: QueryFilter = {}): Promise<Query[]> {
    return new Promise((resolve) => this.#settle({ count, filter, resolve }));
  }

  /** Forgets everything recorded, so that a test can count from here. */
  clear(): void {
    this.#queries.length = 0;
  }

  #settle(waiter: Waiter): void {
    const found = this.select(waiter.filter);
    if (found.length >= waiter.count) waiter.resolve(found);
    else this.#waiters.push(waiter);
  }
}
