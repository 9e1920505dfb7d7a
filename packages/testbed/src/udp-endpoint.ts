import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

// Bursts of thousands of queries must not be lost in the server's own queue; the kernel takes what it allows of this.
const receiveBufferOctets = 4 * 1024 * 1024;

/** A bound UDP socket. */
export interface UdpEndpoint {
  readonly port: number;
  /** Resolves when the kernel took the datagram; after `close` it sends nothing and resolves. */
  send(message: Uint8Array, port: number, address: string): Promise<void>;
  close(): Promise<void>;
}

/** Binds a UDP socket; port 0 lets the kernel choose. Rejects with the bind error. */
export async function bindUdp(
  address: string,
  port: number,
  onMessage: (message: Buffer, source: RemoteInfo) => void,
): Promise<UdpEndpoint> {
  const socket: Socket = createSocket(isIPv6(address) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
  let open = true;
  socket.on('message', onMessage);
  socket.bind(port, address);
  await once(socket, 'listening');
  socket.setRecvBufferSize(receiveBufferOctets);
  return {
    port: socket.address().port,
    send: (message, toPort, toAddress) =>
      new Promise((resolve, reject) => {
        if (!open) return resolve();
        socket.send(message, toPort, toAddress, (error) => (error === null ? resolve() : reject(error)));
      }),
    async close() {
      if (!open) return;
      open = false;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
