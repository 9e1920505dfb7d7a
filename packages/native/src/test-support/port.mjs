// What packages/resolver does with the binding, at its barest. Plain JavaScript, because workers and child processes
// of Node 20 run it too.

/**
 * @param {Uint8Array} bytes
 * @param {number} length
 * @returns {import('./port.d.mts').DeliveredRecord[]}
 */
export function readRecords(bytes, length) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const records = [];
  for (let at = 0; at < length; at += buffer.readUInt32LE(at)) {
    const count = buffer.readUInt16LE(at + 10);
    const kind = buffer.readUInt8(at + 8);
    const ranksAt = at + 48;
    const ttlsAt = ranksAt + count;
    const textAt = ttlsAt + (kind === 2 ? 4 * count : 0);
    const detailAt = textAt + buffer.readUInt32LE(at + 40);
    const text = buffer.latin1Slice(textAt, detailAt);
    records.push({
      ticket: buffer.readUInt32LE(at + 4),
      kind,
      status: buffer.readUInt8(at + 9),
      flags: buffer.readUInt16LE(at + 12),
      expiresInMs: buffer.readDoubleLE(at + 16),
      slot: buffer.readUInt32LE(at + 32),
      generation: buffer.readUInt32LE(at + 36),
      addresses: text === '' ? [] : text.split(','),
      ranks: [...buffer.subarray(ranksAt, ttlsAt)],
      ttls:
        kind === 2
          ? Array.from({ length: count }, (_, index) => buffer.readUInt32LE(ttlsAt + 4 * index))
          : [],
      detail: buffer.utf8Slice(detailAt, detailAt + buffer.readUInt32LE(at + 44)),
      records:
        kind === 3 && buffer.readUInt8(at + 9) === 0
          ? readDetail(buffer.subarray(detailAt, detailAt + buffer.readUInt32LE(at + 44)))
          : [],
    });
  }
  return records;
}

/** @param {Buffer} detail @returns {import('./port.d.mts').DeliveredRecord['records']} */
function readDetail(detail) {
  const records = [];
  for (let at = 0; at < detail.length; at += 8 + detail.readUInt16BE(at + 6)) {
    const data = detail.subarray(at + 8, at + 8 + detail.readUInt16BE(at + 6));
    records.push({ rtype: detail.readUInt16BE(at), ttl: detail.readUInt32BE(at + 2), rdata: [...data] });
  }
  return records;
}

/** @param {number} serverPort @param {Partial<import('../binding.ts').NativeOptions>} [changes] */
export function optionsFor(serverPort, changes = {}) {
  return JSON.stringify({
    servers: [{ protocol: 'udp', address: '127.0.0.1', port: serverPort }],
    resolvConf: '/etc/resolv.conf',
    hosts: false,
    search: [],
    deadlineMs: 5000,
    cache: {
      maxBytes: 1 << 20,
      maxEntries: 10_000,
      minTtlSeconds: 0,
      maxTtlSeconds: 86_400,
      staleMaxAgeSeconds: 86_400,
    },
    hedge: false,
    ...changes,
  });
}

/** A port, and promises for its tickets. */
export class TestPort {
  /** @type {number[]} records in each delivery */
  batches = [];
  /** @type {((records: import('./port.d.mts').DeliveredRecord[]) => void) | undefined} */
  onDelivery;
  /** Deliveries in memory of their own. */
  outgrown = 0;
  /** @type {import('../binding.ts').NativeEvent[]} */
  events = [];
  #scratch;
  #pending = new Map();
  #lastTicket = 0;

  /** @param {import('../binding.ts').Binding} binding @param {number} [scratchLength] */
  constructor(binding, scratchLength = 256 * 1024) {
    this.binding = binding;
    this.#scratch = new Uint8Array(scratchLength);
    this.id = binding.attach(this.#scratch, (bytes, length) => {
      const records = readRecords(bytes, length);
      if (bytes !== this.#scratch) this.outgrown++;
      this.batches.push(records.length);
      for (const record of records) {
        if (record.ticket === 0xffffffff) {
          this.events.push(JSON.parse(record.detail));
          continue;
        }
        const settle = this.#pending.get(record.ticket);
        if (settle === undefined) throw new Error(`ticket ${record.ticket} was delivered twice`);
        this.#pending.delete(record.ticket);
        settle(record);
      }
      this.onDelivery?.(records);
    });
  }

  get lastTicket() {
    return this.#lastTicket;
  }

  get pending() {
    return this.#pending.size;
  }

  open(serverPort, changes) {
    return this.binding.open(this.id, optionsFor(serverPort, changes));
  }

  lookup(handle, name, flags = 0, timeoutMs = 0) {
    const ticket = ++this.#lastTicket;
    return this.#settled(ticket, this.binding.lookup(handle, name, flags, ticket, timeoutMs));
  }

  query(handle, name, rtype, flags = 0) {
    const ticket = ++this.#lastTicket;
    return this.#settled(ticket, this.binding.query(handle, name, rtype, ticket, 0, flags));
  }

  importEntries(handle, digest, rows) {
    const ticket = ++this.#lastTicket;
    this.binding.importEntries(handle, ticket, digest, rows);
    return this.#settled(ticket, 0);
  }

  peek(handle, name, flags = 0) {
    return readRecords(this.#scratch, this.binding.peek(handle, name, flags))[0];
  }

  #settled(ticket, length) {
    if (length > 0) return Promise.resolve({ ...readRecords(this.#scratch, length)[0], atOnce: true });
    return new Promise((resolve) => this.#pending.set(ticket, resolve));
  }
}
