/**
 * The receiving side of a Frame Streams connection, by which name servers send dnstap
 * (https://farsightsec.github.io/fstrm). Sans I/O: octets in, data frames and replies out.
 */
export class FrameStream {
  #buffered: Buffer = Buffer.alloc(0);

  /** Takes what was read. `frames` are complete data frames, `replies` is to be written back. */
  push(chunk: Buffer): { frames: Buffer[]; replies: Buffer[] } {
    this.#buffered = Buffer.concat([this.#buffered, chunk]);
    const frames: Buffer[] = [];
    const replies: Buffer[] = [];
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      if (!next.control) frames.push(next.content);
      else {
        const reply = replyTo(next.content);
        if (reply !== undefined) replies.push(reply);
      }
    }
    return { frames, replies };
  }

  #take(): { control: boolean; content: Buffer } | undefined {
    if (this.#buffered.length < lengthOctets) return undefined;
    const length = this.#buffered.readUInt32BE(0);
    // A length of zero is the escape in front of a control frame, which has a length of its own.
    const control = length === 0;
    if (control && this.#buffered.length < 2 * lengthOctets) return undefined;
    const start = control ? 2 * lengthOctets : lengthOctets;
    const end = start + (control ? this.#buffered.readUInt32BE(lengthOctets) : length);
    if (this.#buffered.length < end) return undefined;
    const content = this.#buffered.subarray(start, end);
    this.#buffered = this.#buffered.subarray(end);
    return { control, content };
  }
}

const lengthOctets = 4;
const controlTypes = { accept: 1, start: 2, stop: 3, ready: 4, finish: 5 } as const;

function controlFrame(type: number, rest: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(4 + rest.length, 4);
  head.writeUInt32BE(type, 8);
  return Buffer.concat([head, rest]);
}

function replyTo(control: Buffer): Buffer | undefined {
  const type = control.readUInt32BE(0);
  // ACCEPT names the content types taken, in the form in which READY offered them.
  if (type === controlTypes.ready) return controlFrame(controlTypes.accept, control.subarray(4));
  return type === controlTypes.stop ? controlFrame(controlTypes.finish, Buffer.alloc(0)) : undefined;
}
