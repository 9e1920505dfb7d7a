/**
 * Writes DNS wire format octet by octet, without checking that the result is a valid message.
 *
 * An ordinary codec refuses to produce what the malformed-message builders are for, so they use this.
 */
export class WireWriter {
  readonly #octets: number[] = [];

  /** Octets written so far: the offset at which the next one lands, as a compression pointer counts it. */
  get length(): number {
    return this.#octets.length;
  }

  u8(value: number): this {
    this.#octets.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value);
  }

  octets(bytes: Iterable<number>): this {
    for (const octet of bytes) this.#octets.push(octet);
    return this;
  }

  /** One label with its length octet. Octets are written as given: dots and control characters are legal here. */
  label(label: string | Uint8Array): this {
    const octets = typeof label === 'string' ? Buffer.from(label, 'latin1') : label;
    return this.u8(octets.length).octets(octets);
  }

  /** An uncompressed name in dotted form, without escapes; `'.'` and `''` are the root. */
  name(name: string): this {
    for (const label of name.split('.')) if (label !== '') this.label(label);
    return this.u8(0);
  }

  /** A compression pointer (RFC 1035 §4.1.4) to `offset`, which may be anywhere. */
  pointer(offset: number): this {
    return this.u16(0xc000 | offset);
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#octets);
  }
}
