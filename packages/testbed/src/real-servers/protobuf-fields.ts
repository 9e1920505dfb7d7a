/** One field of a protobuf message: integers as numbers, everything with a length as octets. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Buffer;
}

const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/**
 * Reads the fields of a protobuf message in order. Integers above 2⁵³ lose precision: dnstap has none.
 *
 * @throws RangeError if the message is cut, Error for a wire type that proto2 does not have.
 */
export function* protobufFields(message: Buffer): Generator<ProtobufField, void, void> {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const octet = message.readUInt8(offset);
      offset += 1;
      value += (octet & 0x7f) * scale;
      if (octet < 0x80) return value;
    }
  };
  const octets = (length: number): Buffer => {
    if (offset + length > message.length) throw new RangeError('A protobuf field ends after its message');
    offset += length;
    return message.subarray(offset - length, offset);
  };
  while (offset < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === wireTypes.varint) yield { number, value: varint() };
    else if (wireType === wireTypes.lengthDelimited) yield { number, value: octets(varint()) };
    else if (wireType === wireTypes.fixed32) yield { number, value: octets(4).readUInt32LE(0) };
    else if (wireType === wireTypes.fixed64) yield { number, value: Number(octets(8).readBigUInt64LE(0)) };
    else throw new Error(`Protobuf wire type ${wireType}`);
  }
}
