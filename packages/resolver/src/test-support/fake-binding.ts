/** A scripted addon: answers when the test says so, in the record layout of the real one. */
import { Buffer } from 'node:buffer';
import { isIP, isIPv4 } from 'node:net';
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

/** The octets of an address in text. */
function octetsOf(address: string): number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  const [front = '', back = ''] = address.split('::').map((half) => half.replace(/[\d.]+\.[\d.]+$/, wordsOf));
  const words = (half: string): string[] => half.split(':').filter((word) => word !== '');
  const zeros = Array.from({ length: 8 - words(front).length - words(back).length }, () => '0');
  return [...words(front), ...zeros, ...words(back)].flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 0xff];
  });
}

/** An embedded IPv4 address as two words. */
function wordsOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Octets, filled up to a multiple of four. */
function padded(octets: readonly number[]): number[] {
  return [...octets, ...new Uint8Array(-octets.length & 3)];
}

/** As the crate lays it out. */
export function compose(ticket: number, answer: FakeAnswer): Buffer {
  const { status = Status.Ok, addresses = [], ttls = [], detail = '', flags = 1, ranks = [] } = answer;
  const families = addresses.map((address) => isIP(address));
  const family = families.every((each) => each === families[0]) ? (families[0] ?? 0) : 0;
  const extra = answer.records === undefined ? Buffer.from(detail) : Buffer.from(answer.records);
  const body = Buffer.from([
    ...padded([...ranks, ...(family === 0 ? families : [])]),
    ...addresses.flatMap(octetsOf),
    ...new Uint8Array(Uint32Array.from(ttls).buffer),
    ...padded([...extra]),
  ]);
  const kind = answer.records === undefined ? (ttls.length > 0 ? 2 : 1) : 3;
  const header = Uint32Array.of(
    36 + body.length,
    ticket,
    kind | (status << 8) | (addresses.length << 16),
    flags | (family << 16) | (ranks.length > 0 ? 1 << 24 : 0),
    answer.expiresInMs ?? 60_000,
    answer.refreshInMs ?? 45_000,
    answer.slot ?? 0,
    answer.generation ?? 0,
    extra.length,
  );
  return Buffer.concat([new Uint8Array(header.buffer), body]);
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
  /** Milliseconds that are left for legs. */
  legTimeMs = 1000;
  readonly legsTaken: number[] = [];
  readonly legEndings: {
    readonly leg: number;
    readonly outcome: number;
    readonly late: boolean;
    readonly answer: Uint8Array | undefined;
  }[] = [];
  /** What {@link FakeBinding.stats} tells. */
  statistics: object = { waiters: 0, lookups: 0, queriesSent: 0, namespace: '' };
  /** What {@link FakeBinding.upstreams} tells. */
  numbered = '{"namespace":"","ordered":false,"upstreams":[]}';
  /** What {@link FakeBinding.takeSamples} gives next. */
  samples: Uint8Array = new Uint8Array(0);
  /** What {@link FakeBinding.direct} was given, newest last. */
  readonly directions: string[] = [];
  readonly probes: { readonly handle: number; readonly upstream: number; readonly name: string }[] = [];
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

  upstreams(): string {
    return this.numbered;
  }

  takeSamples(): Uint8Array {
    const taken = this.samples;
    this.samples = new Uint8Array(0);
    return taken;
  }

  direct(_handle: number, direction: string): void {
    this.directions.push(direction);
  }

  direction(): string {
    return this.directions.at(-1) ?? '';
  }

  probe(handle: number, upstream: number, name: string): void {
    this.probes.push({ handle, upstream, name });
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

  takeLeg(_port: number, leg: number): number {
    this.legsTaken.push(leg);
    return this.legTimeMs;
  }

  answerLeg(_port: number, leg: number, outcome: number, late: boolean, answer?: Uint8Array): void {
    this.legEndings.push({ leg, outcome, late, answer });
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

  /** Offers a leg. */
  offerLeg(leg: number, handle: number, url: string, query: Uint8Array): void {
    const record = compose(0xffff_fffe, {
      records: Buffer.concat([Buffer.from(url), query]),
      expiresInMs: leg,
      refreshInMs: handle,
      slot: Buffer.byteLength(url),
    });
    this.#deliver(this.#scratch, this.#write(record));
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
