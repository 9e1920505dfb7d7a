/** Reads the data of a record, octet by octet. */

const { Buffer } = process.getBuiltinModule('node:buffer');

const MAX_LABEL_OCTETS = 63;

const BACKSLASH = 0x5c;
/** Characters before which c-ares puts a backslash: those that mean something in a zone file (RFC 1035 §5.1). */
const RESERVED: ReadonlySet<number> = new Set([...'".;\\()@$'].map((character) => character.charCodeAt(0)));
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** The data ends before what it must hold. */
export class RdataError extends Error {
  constructor() {
    super('The data of a record is malformed');
  }
}

export class Rdata {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  /** Octets that were not read yet. */
  get left(): number {
    return this.#octets.length - this.#at;
  }

  u8(): number {
    return this.take(1)[0] as number;
  }

  u16(): number {
    return this.take(2).readUInt16BE(0);
  }

  u32(): number {
    return this.take(4).readUInt32BE(0);
  }

  /** Not a copy. @throws RdataError if there are fewer, here and in all other readers */
  take(count: number): Buffer {
    if (count > this.left) throw new RdataError();
    const start = this.#at;
    this.#at += count;
    return this.#octets.subarray(start, this.#at);
  }

  /** A copy of what is left. */
  rest(): ArrayBuffer {
    const octets = this.take(this.left);
    return octets.buffer.slice(octets.byteOffset, octets.byteOffset + octets.length) as ArrayBuffer;
  }

  /** A character-string of RFC 1035 §3.3; each octet is one character. */
  text(): string {
    return this.take(this.u8()).toString('latin1');
  }

  /**
   * A name without compression, in the presentation of c-ares: without a final dot, the root empty, reserved
   * characters after a backslash, other octets that print nothing as `\DDD`.
   */
  name(): string {
    let name = '';
    for (let length = this.u8(); length > 0; length = this.u8()) {
      if (length > MAX_LABEL_OCTETS) throw new RdataError();
      const label = labelText(this.take(length));
      name = name === '' ? label : `${name}.${label}`;
    }
    return name;
  }
}

function labelText(label: Buffer): string {
  if (label.every(isPlain)) return label.toString('latin1');
  let text = '';
  for (const octet of label) {
    if (octet < FIRST_PRINTABLE || octet > LAST_PRINTABLE) text += `\\${String(octet).padStart(3, '0')}`;
    else if (RESERVED.has(octet)) text += String.fromCharCode(BACKSLASH, octet);
    else text += String.fromCharCode(octet);
  }
  return text;
}

function isPlain(octet: number): boolean {
  return octet >= FIRST_PRINTABLE && octet <= LAST_PRINTABLE && !RESERVED.has(octet);
}
