/**
 * The checksum of gzip and PNG (ISO 3309). `node:zlib` has it too, and takes longer to load than most snapshots to read.
 */

/** Bits reversed. */
const POLYNOMIAL = 0xedb8_8320;

let table: Int32Array | undefined;

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, octet) => {
    let remainder = octet;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
    return remainder;
  });
}

/** @param before the checksum of what comes before these octets */
export function crc32(octets: Uint8Array, before = 0): number {
  table ??= makeTable();
  let remainder = ~before;
  for (let at = 0; at < octets.length; at++) {
    remainder = (remainder >>> 8) ^ (table[(remainder ^ (octets[at] as number)) & 0xff] as number);
  }
  return ~remainder >>> 0;
}
