/** One connection to a DoT server: queries pipelined, answers in any order (RFC 7858 §3.3, RFC 7766 §6.2). */
import type { Clock } from './clock.ts';
import type { Asked, Connection, Ending } from './connection.ts';
import { connectionLost } from './connection-failure.ts';
import { framed, FrameReader } from './frame-reader.ts';
import { answers, idOf, setId } from './message.ts';
import type { SecureSocket } from './secure-socket.ts';
import { Silence } from './silence.ts';
import { soon } from './soon.ts';

export interface DotOptions {
  /** For messages. */
  readonly upstream: string;
  readonly clock: Clock;
}

interface Open {
  readonly query: Uint8Array;
  readonly onEnd: (ending: Ending) => void;
}

const IDS = 0x1_0000;
/** Queries on the way at once. Where there are more they can be called off without a trace. */
const MAX_PIPELINED = 100;

export class DotConnection implements Connection {
  readonly secure: SecureSocket;
  readonly #options: DotOptions;
  readonly #onEnded: () => void;
  readonly #open = new Map<number, Open>();
  readonly #frames = new FrameReader();
  readonly #silence: Silence;
  /** Frames that wait until the one before them is in the kernel's hands. */
  readonly #unwritten: Buffer[] = [];
  #isWriting = false;
  #lastId = 0;
  #answered = 0;
  #ended = false;

  constructor(secure: SecureSocket, options: DotOptions, onEnded: () => void) {
    this.secure = secure;
    this.#options = options;
    this.#onEnded = onEnded;
    this.#silence = new Silence(options.clock);
    const { socket } = secure;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.once('error', (error) => this.#end(error));
    // The server may still read what is sent, but it will not answer any more.
    socket.once('end', () => this.#end(new Error('the server has ended the connection')));
    socket.once('close', () => this.#end(new Error('the connection was closed')));
  }

  get inFlight(): number {
    return this.#open.size;
  }

  get answered(): number {
    return this.#answered;
  }

  get isOpen(): boolean {
    return !this.#ended;
  }

  get hasRoom(): boolean {
    return this.#open.size < MAX_PIPELINED;
  }

  get isSilent(): boolean {
    return this.#silence.isLong;
  }

  exchange(asked: Asked, onEnd: (ending: Ending) => void): () => void {
    if (asked.kind === 'head') throw new TypeError('DNS over TLS has no HEAD');
    const query = asked.message;
    const id = this.#nextId();
    this.#open.set(id, { query, onEnd });
    this.#silence.sent();
    // Two queries may have the same ID; on this connection no two are open with one.
    const message = Uint8Array.from(query);
    setId(message, id);
    this.#write(framed(message));
    return () => {
      if (this.#open.delete(id)) this.#silence.calledOff(this.#open.size > 0);
    };
  }

  destroy(): void {
    this.#end(new Error('destroyed'));
  }

  /**
   * One after the other, so that each is a TLS record of its own. Written together they would share one, and dnsdist 1.7
   * does not come back for what is left of a record after the first query in it.
   */
  #write(frame: Buffer): void {
    if (this.#isWriting) {
      this.#unwritten.push(frame);
      return;
    }
    this.#isWriting = true;
    this.secure.socket.write(frame, () => {
      this.#isWriting = false;
      const next = this.#unwritten.shift();
      if (next !== undefined) this.#write(next);
    });
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId + 1) % IDS;
    while (this.#open.has(this.#lastId));
    return this.#lastId;
  }

  #read(chunk: Buffer): void {
    const messages = this.#frames.push(chunk);
    if (messages === undefined) {
      this.#end(new Error('a frame is too short for a DNS message'));
      return;
    }
    for (const message of messages) this.#take(message);
  }

  /** Answers to nobody are dropped: to what was called off, or to what was never asked. */
  #take(message: Buffer): void {
    const id = idOf(message);
    const open = this.#open.get(id);
    if (open === undefined || !answers(open.query, message)) return;
    this.#open.delete(id);
    this.#answered += 1;
    this.#silence.heard(this.#open.size > 0);
    const bytes = Uint8Array.from(message);
    setId(bytes, idOf(open.query));
    open.onEnd({ kind: 'answer', bytes, ageSeconds: 0 });
  }

  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#silence.end();
    this.#onEnded();
    const lost = [...this.#open.values()];
    this.#open.clear();
    this.#unwritten.length = 0;
    this.secure.socket.destroy();
    if (lost.length === 0) return;
    const error = connectionLost(this.#options.upstream, this.secure.address, cause);
    soon(() => {
      for (const { onEnd } of lost) onEnd({ kind: 'lost', error });
    });
  }
}
