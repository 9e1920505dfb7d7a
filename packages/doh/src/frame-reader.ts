/** Messages in a stream, each behind its length (RFC 1035 §4.2.2, RFC 7858 §3.3). */
import { HEADER_OCTETS } from './message.ts';

const LENGTH_OCTETS = 2;

/** A message with its length in front. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_OCTETS + message.length);
  frame.writeUInt16BE(message.length, 0);
  frame.set(message, LENGTH_OCTETS);
  return frame;
}

/** Takes messages out of what is read. At most one message of 65 535 octets is held back. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #octets = 0;
  /** Octets of the frame that is being read, length included; undefined until its length is known. */
  #wanted: number | undefined;

  /**
   * The messages that `chunk` completes.
   *
   * @returns undefined if a length cannot be that of a DNS message: what follows cannot be told apart any more
   */
  push(chunk: Buffer): Buffer[] | undefined {
    this.#chunks.push(chunk);
    this.#octets += chunk.length;
    const messages: Buffer[] = [];
    for (;;) {
      if (this.#octets < (this.#wanted ?? LENGTH_OCTETS)) return messages;
      const buffered = this.#joined();
      const length = buffered.readUInt16BE(0);
      if (length < HEADER_OCTETS) return undefined;
      this.#wanted = LENGTH_OCTETS + length;
      if (this.#octets < this.#wanted) continue;
      messages.push(buffered.subarray(LENGTH_OCTETS, this.#wanted));
      const rest = buffered.subarray(this.#wanted);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#octets = rest.length;
      this.#wanted = undefined;
    }
  }

  #joined(): Buffer {
    const [first = Buffer.alloc(0), ...more] = this.#chunks;
    if (more.length === 0) return first;
    const buffered = Buffer.concat(this.#chunks);
    this.#chunks = [buffered];
    return buffered;
  }
}
