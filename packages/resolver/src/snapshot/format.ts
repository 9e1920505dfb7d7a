/**
 * The file of a snapshot. Numbers are little-endian:
 *
 * | type | what |
 * |---|---|
 * | 8 octets | `DOUBAORS` |
 * | u16 | version of the format: 1 |
 * | u16 | octets of the namespace |
 * | f64 | when it was saved, milliseconds since 1970 |
 * | ASCII | namespace, the digest of everything that can change a record |
 * | u32, octets | any number of blocks: length, not 0, and rows of the addon, none of which crosses a block |
 * | u32 | 0 |
 * | u32 | CRC-32 of everything before |
 *
 * What the rows say is the addon's business; another version of the rows is another version of the format.
 */
import { crc32 } from './crc32.ts';

const { Buffer } = process.getBuiltinModule('node:buffer');

const MAGIC = Buffer.from('DOUBAORS', 'latin1');
const VERSION = 1;
const FIXED_OCTETS = 20;
const MAX_NAMESPACE_OCTETS = 255;
const LENGTH_OCTETS = 4;

/** What a snapshot is of. */
export interface SnapshotHeader {
  readonly namespace: string;
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
}

export interface Snapshot extends SnapshotHeader {
  /** Rows of the addon. */
  readonly blocks: readonly Uint8Array[];
}

/**
 * The octets of a file, piece by piece.
 *
 * @param blocks taken one at a time, when the piece before has been
 */
export function* composeSnapshot(
  header: SnapshotHeader,
  blocks: Iterable<Uint8Array>,
): Generator<Uint8Array> {
  const namespace = Buffer.from(header.namespace, 'latin1');
  const fixed = Buffer.alloc(FIXED_OCTETS);
  MAGIC.copy(fixed);
  fixed.writeUInt16LE(VERSION, 8);
  fixed.writeUInt16LE(namespace.length, 10);
  fixed.writeDoubleLE(header.savedAtMs, 12);
  let checksum = 0;
  const summed = (piece: Uint8Array): Uint8Array => {
    checksum = crc32(piece, checksum);
    return piece;
  };
  yield summed(Buffer.concat([fixed, namespace]));
  for (const block of blocks) {
    if (block.length === 0) continue;
    const piece = Buffer.allocUnsafe(LENGTH_OCTETS + block.length);
    piece.writeUInt32LE(block.length);
    piece.set(block, LENGTH_OCTETS);
    yield summed(piece);
  }
  const end = Buffer.alloc(2 * LENGTH_OCTETS);
  summed(end.subarray(0, LENGTH_OCTETS));
  end.writeUInt32LE(checksum, LENGTH_OCTETS);
  yield end;
}

/**
 * Reads a whole file.
 *
 * @returns what is wrong with it, if something is
 */
export function parseSnapshot(file: Uint8Array): Snapshot | string {
  const octets = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (octets.length < FIXED_OCTETS || !octets.subarray(0, MAGIC.length).equals(MAGIC))
    return 'it is no snapshot';
  const version = octets.readUInt16LE(8);
  if (version !== VERSION) return `its format is version ${version}, not ${VERSION}`;
  const namespaceOctets = octets.readUInt16LE(10);
  const checked = octets.length - LENGTH_OCTETS;
  let at = FIXED_OCTETS + namespaceOctets;
  if (namespaceOctets > MAX_NAMESPACE_OCTETS || at + LENGTH_OCTETS > checked) return 'it is cut short';
  if (crc32(octets.subarray(0, checked)) !== octets.readUInt32LE(checked)) return 'its checksum is wrong';
  const blocks: Uint8Array[] = [];
  for (;;) {
    const length = octets.readUInt32LE(at);
    at += LENGTH_OCTETS;
    if (length === 0) break;
    if (at + length + LENGTH_OCTETS > checked) return 'a block is longer than it';
    blocks.push(octets.subarray(at, at + length));
    at += length;
  }
  if (at !== checked) return 'there is more after its end';
  return {
    namespace: octets.toString('latin1', FIXED_OCTETS, FIXED_OCTETS + namespaceOctets),
    savedAtMs: octets.readDoubleLE(12),
    blocks,
  };
}
