import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** A UDP port that answers every datagram with "port unreachable", as a machine without a DNS server does. */
export interface RefusingPort extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Keeps a UDP port that refuses; nothing listens on it by TCP. The port stays taken, so no other program of the machine
 * can start to answer there in the middle of a test.
 */
export async function startRefusingPort(address = '127.0.0.1'): Promise<RefusingPort> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  // A connected socket receives from its peer only; to everyone else the kernel says that nobody is there.
  socket.connect(port, address);
  await once(socket, 'connect');
  const close = async (): Promise<void> => {
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  };
  return { address, port, close, [Symbol.asyncDispose]: close };
}
