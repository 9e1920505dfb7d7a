// What packages/resolver does with the binding, at its barest. Plain JavaScript, because workers and child processes
// of Node 20 run it too.

import { SocketAddress } from 'node:net';

/**
 * @param {Uint8Array} bytes
 * @param {number} length
 * @returns {import('./port.d.mts').DeliveredRecord[]}
 */
export function readRecords(bytes, length) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, length / 4);
  const records = [];
  for (let at = 0; at < length; at += words[at / 4]) {
    const [, ticket, kinds, flags, expiresInMs, refreshInMs, slot, generation, detailLength] = words.subarray(
      at / 4,
    );
    const [kind, status, count] = [kinds & 0xff, (kinds >>> 8) & 0xff, kinds >>> 16];
    const family = (flags >>> 16) & 0xff;
    let next = at + 36;
    const octets = () => [...buffer.subarray(next, (next += count))];
    const ranks = flags >>> 24 === 1 ? octets() : Array.from({ length: count }, () => 0);
    const families = family === 0 ? octets() : Array.from({ length: count }, () => family);
    next = Math.ceil(next / 4) * 4;
    const addresses = families.map((each) => {
      const size = each === 4 ? 4 : 16;
      return addressOf(buffer.subarray(next, (next += size)));
    });
    const ttls = kind === 2 ? [...words.subarray(next / 4, next / 4 + count)] : [];
    next += 4 * ttls.length;
    const detail = buffer.subarray(next, next + detailLength);
    records.push({
      ticket,
      kind,
      status,
      flags: flags & 0xffff,
      expiresInMs,
      refreshInMs,
      slot,
      generation,
      addresses,
      ranks,
      ttls,
      detail: detail.toString('utf8'),
      octets: Uint8Array.from(detail),
      records: kind === 3 && status === 0 ? readDetail(detail) : [],
    });
  }
  return records;
}

/** @param {Buffer} octets */
function addressOf(octets) {
  if (octets.length === 4) return octets.join('.');
  const words = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => octets.readUInt16BE(at).toString(16));
  return new SocketAddress({ address: words.join(':'), family: 'ipv6' }).address;
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
  /** @type {import('./port.d.mts').OfferedLeg[]} */
  legs = [];
  #onLeg = [];
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
        if (record.ticket === 0xfffffffe) {
          const { expiresInMs: leg, refreshInMs: handle, slot: urlLength, octets } = record;
          const url = Buffer.from(octets.subarray(0, urlLength)).toString();
          this.legs.push({ leg, handle, url, query: octets.subarray(urlLength) });
          this.#onLeg.shift()?.();
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

  /** The next leg that is offered, or was and has not been asked for. */
  async leg() {
    if (this.legs.length === 0) await new Promise((resolve) => this.#onLeg.push(resolve));
    return this.legs.shift();
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
