import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { encode, type OptAnswer } from 'dns-packet';
import { FrameReader, frame } from './frame-reader.ts';

/** Where a DNS server listens. */
export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

/** A query to send as it is. */
export interface RawQuery {
  readonly name: string;
  /** Default `'A'`. */
  readonly type?: string;
  /** Default 0x1234. */
  readonly id?: number;
  /** UDP payload size of an OPT record in octets; no OPT without it. */
  readonly udpPayloadSize?: number;
}

const defaultId = 0x1234;
const recursionDesired = 0x100;

/** The octets of a query. */
export function encodeQuery(query: RawQuery): Buffer {
  const { name, type = 'A', id = defaultId, udpPayloadSize } = query;
  const opt: OptAnswer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: udpPayloadSize ?? 0,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  return encode({
    type: 'query',
    id,
    flags: recursionDesired,
    // dns-packet's union of mnemonics has no open end; it takes UNKNOWN_65 and throws for what it cannot encode.
    questions: [{ name, type: type as 'A' }],
    additionals: udpPayloadSize === undefined ? [] : [opt],
  });
}

/** A client that checks nothing: it shows every message as it comes. */
export interface RawClient extends AsyncDisposable {
  readonly port: number;
  send(octets: Uint8Array): Promise<void>;
  /** The next message, in order of arrival; undefined when the server has closed the connection. */
  receive(): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

/** Messages and the end of them, for one reader at a time. */
class Inbox {
  readonly #messages: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  add(message: Buffer): void {
    this.#messages.push(message);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(): Promise<Buffer | undefined> {
    while (this.#messages.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift();
  }
}

/** A UDP socket of its own that takes datagrams from anywhere. */
export async function rawUdpClient(server: ServerAddress): Promise<RawClient> {
  const isIPv6 = server.address.includes(':');
  const socket = createSocket(isIPv6 ? 'udp6' : 'udp4');
  const inbox = new Inbox();
  socket.on('message', (message) => inbox.add(message));
  socket.bind(0, isIPv6 ? '::1' : '127.0.0.1');
  await once(socket, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  };
  return {
    port: socket.address().port,
    send: (octets) =>
      new Promise((resolve, reject) => {
        socket.send(octets, server.port, server.address, (error) =>
          error === null ? resolve() : reject(error),
        );
      }),
    receive: () => inbox.next(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A TCP connection; `send` puts the length in front, `receive` takes it off. */
export async function rawTcpClient(server: ServerAddress): Promise<RawClient> {
  const socket = connect({ port: server.port, host: server.address, noDelay: true });
  await once(socket, 'connect');
  const inbox = new Inbox();
  const reader = new FrameReader();
  socket.on('data', (chunk: Buffer) => {
    for (const message of reader.push(chunk)) inbox.add(message);
  });
  // A reset by the server ends the messages as FIN does; 'close' follows both.
  socket.on('error', () => undefined);
  socket.on('close', () => inbox.end());
  const close = async (): Promise<void> => {
    if (socket.closed) return;
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
  };
  return {
    port: socket.localPort ?? 0,
    send: (octets) => new Promise((resolve) => socket.write(frame(octets), () => resolve())),
    receive: () => inbox.next(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
