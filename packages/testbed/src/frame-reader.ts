const lengthOctets = 2;

/** Takes messages out of a TCP stream, each preceded by its length (RFC 1035 §4.2.2). */
export class FrameReader {
  #buffered: Buffer = Buffer.alloc(0);

  /** Adds what was read and returns the messages that are complete now. */
  push(chunk: Buffer): Buffer[] {
    this.#buffered = Buffer.concat([this.#buffered, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      if (this.#buffered.length < lengthOctets) return messages;
      const end = lengthOctets + this.#buffered.readUInt16BE(0);
      if (this.#buffered.length < end) return messages;
      messages.push(this.#buffered.subarray(lengthOctets, end));
      this.#buffered = this.#buffered.subarray(end);
    }
  }
}

/** A message with its length in front. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(lengthOctets + message.length);
  framed.writeUInt16BE(message.length, 0);
  framed.set(message, lengthOctets);
  return framed;
}
