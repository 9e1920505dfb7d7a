/** A scripted addon: answers when the test says so, in the record layout of the real one. */
import { Buffer } from 'node:buffer';
import { type Binding, type NativeEvent, type NativePopularName, Status } from '../native/binding.ts';

export interface FakeAnswer {
  readonly status?: number;
  readonly addresses?: readonly string[];
  readonly ranks?: readonly number[];
  readonly ttls?: readonly number[];
  readonly flags?: number;
  readonly expiresInMs?: number;
  readonly refreshInMs?: number;
  readonly slot?: number;
  readonly generation?: number;
  readonly detail?: string;
  /** Records as octets instead of addresses. */
  readonly records?: Uint8Array;
}

export interface FakeCall {
  readonly handle: number;
  readonly name: string;
  /** Flags of a lookup, type of a query. */
  readonly what: number;
  /** Of a query. */
  readonly flags?: number;
  readonly ticket: number;
  readonly timeoutMs: number;
}

/** As the crate lays it out. */
export function compose(ticket: number, answer: FakeAnswer): Buffer {
  const { status = Status.Ok, addresses = [], ttls = [], detail = '', flags = 1 } = answer;
  const ranks = answer.ranks ?? addresses.map(() => 0);
  const text = Buffer.from(addresses.join(','), 'latin1');
  const json = answer.records === undefined ? Buffer.from(detail) : Buffer.from(answer.records);
  const size = 48 + ranks.length + 4 * ttls.length + text.length + json.length;
  const record = Buffer.alloc((size + 7) & ~7);
  record.writeUInt32LE(record.length, 0);
  record.writeUInt32LE(ticket, 4);
  record.writeUInt8(answer.records === undefined ? (ttls.length > 0 ? 2 : 1) : 3, 8);
  record.writeUInt8(status, 9);
  record.writeUInt16LE(addresses.length, 10);
  record.writeUInt16LE(flags, 12);
  record.writeDoubleLE(answer.expiresInMs ?? 60_000, 16);
  record.writeDoubleLE(answer.refreshInMs ?? 45_000, 24);
  record.writeUInt32LE(answer.slot ?? 0, 32);
  record.writeUInt32LE(answer.generation ?? 0, 36);
  record.writeUInt32LE(text.length, 40);
  record.writeUInt32LE(json.length, 44);
  let at = 48;
  for (const rank of ranks) at = record.writeUInt8(rank, at);
  for (const ttl of ttls) at = record.writeUInt32LE(ttl, at);
  text.copy(record, at);
  json.copy(record, at + text.length);
  return record;
}

export class FakeBinding implements Binding {
  /** Lookups and queries that were not answered at once, oldest first. */
  readonly pending: FakeCall[] = [];
  /** All lookups and queries. */
  readonly calls: FakeCall[] = [];
  readonly opened: string[] = [];
  readonly closed: number[] = [];
  readonly cancelled: number[] = [];
  readonly touches: { readonly name: string; readonly flags: number; readonly hits: number }[] = [];
  readonly invalidated: (string | undefined)[] = [];
  readonly counters: Uint32Array | null = new Uint32Array(64);
  readonly watched: (string | undefined)[] = [];
  pokes = 0;
  /** Whether the resolver's namespace is this environment's. */
  owner = true;
  /** What {@link FakeBinding.exportEntries} gives, piece by piece. */
  pieces: Uint8Array[] = [];
  popular: readonly NativePopularName[] = [];
  readonly imports: { readonly handle: number; readonly digest: string; readonly rows: string }[] = [];
  readonly importTickets: number[] = [];
  /** What {@link FakeBinding.stats} tells. */
  statistics: object = { waiters: 0, lookups: 0, queriesSent: 0, namespace: '' };
  /** What is answered at once. */
  atOnce: (call: FakeCall) => FakeAnswer | undefined = () => undefined;
  peeked: FakeAnswer | undefined;
  #scratch: Uint8Array = new Uint8Array(0);
  #deliver: (bytes: Uint8Array, length: number) => void = () => undefined;

  constructor(options: { readonly externalBuffers?: boolean } = {}) {
    if (options.externalBuffers === false) this.counters = null;
  }

  attach(scratch: Uint8Array, deliver: (bytes: Uint8Array, length: number) => void): number {
    this.#scratch = scratch;
    this.#deliver = deliver;
    return 1;
  }

  detach(): boolean {
    return false;
  }

  generations(): Uint32Array | null {
    return this.counters;
  }

  watch(_handle: number, path?: string): void {
    this.watched.push(path);
  }

  open(_port: number, options: string): number {
    return this.opened.push(options);
  }

  close(handle: number): void {
    this.closed.push(handle);
  }

  lookup(handle: number, name: string, flags: number, ticket: number, timeoutMs: number): number {
    return this.#ask({ handle, name, what: flags, ticket, timeoutMs });
  }

  query(
    handle: number,
    name: string,
    rtype: number,
    ticket: number,
    timeoutMs: number,
    flags: number,
  ): number {
    return this.#ask({ handle, name, what: rtype, flags, ticket, timeoutMs });
  }

  cancel(_handle: number, ticket: number): void {
    this.cancelled.push(ticket);
  }

  touch(_handle: number, name: string, flags: number, hits: number): void {
    this.touches.push({ name, flags, hits });
  }

  poke(): void {
    this.pokes++;
  }

  peek(): number {
    return this.peeked === undefined ? 0 : this.#write(compose(0, this.peeked));
  }

  invalidate(_handle: number, name?: string): number {
    this.invalidated.push(name);
    return 1;
  }

  own(): boolean {
    return this.owner;
  }

  exportEntries(_handle: number, cursor: number): { readonly next: number; readonly entries: Uint8Array } {
    const next = cursor + 1 < this.pieces.length ? cursor + 1 : 0;
    return { next, entries: this.pieces[cursor] ?? new Uint8Array(0) };
  }

  importEntries(handle: number, ticket: number, digest: string, rows: Uint8Array): void {
    this.imports.push({ handle, digest, rows: Buffer.from(rows).toString('latin1') });
    this.importTickets.push(ticket);
  }

  /** Delivers what came of all imports. */
  finishImports(): void {
    const records = this.importTickets
      .splice(0)
      .map((ticket) => compose(ticket, { detail: '{"imported":1,"matched":true}' }));
    const batch = Buffer.concat(records);
    this.#scratch.set(batch);
    this.#deliver(this.#scratch, batch.length);
  }

  popularity(): string {
    return JSON.stringify(this.popular);
  }

  stats(): string {
    return JSON.stringify(this.statistics);
  }

  /** Delivers one batch: an answer for each of the oldest pending calls. */
  deliver(...answers: readonly FakeAnswer[]): void {
    const records = answers.map((answer) => {
      const call = this.pending.shift();
      if (call === undefined) throw new Error('nothing is pending');
      return compose(call.ticket, answer);
    });
    const batch = Buffer.concat(records);
    this.#scratch.set(batch);
    this.#deliver(this.#scratch, batch.length);
  }

  /** Delivers news that nobody asked for. */
  tell(news: NativeEvent): void {
    const record = compose(0xffff_ffff, { detail: JSON.stringify(news), flags: 0 });
    record.writeUInt8(0, 8);
    this.#deliver(this.#scratch, this.#write(record));
  }

  #ask(call: FakeCall): number {
    this.calls.push(call);
    const answer = this.atOnce(call);
    if (answer !== undefined) return this.#write(compose(call.ticket, answer));
    this.pending.push(call);
    return 0;
  }

  #write(record: Buffer): number {
    this.#scratch.set(record);
    return record.length;
  }
}
