import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { ServerConnection } from './exchange.ts';
import { FrameReader } from './frame-reader.ts';

/** What a TCP listener tells its server. */
export interface TcpEvents {
  onConnection(connection: ServerConnection): void;
  onMessage(message: Buffer, connection: ServerConnection, peer: { address: string; port: number }): void;
}

/** A listening TCP socket and its connections. */
export interface TcpEndpoint {
  readonly port: number;
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  close(): Promise<void>;
}

function serverConnection(socket: Socket, ordinal: number): ServerConnection {
  return {
    ordinal,
    write: (octets) =>
      new Promise((resolve) => {
        // A client may be gone before its answer: for the server that is no error.
        if (socket.writable) socket.write(octets, () => resolve());
        else resolve();
      }),
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  };
}

/** Listens on TCP. Rejects with the bind error. */
export async function listenTcp(address: string, port: number, events: TcpEvents): Promise<TcpEndpoint> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  // Half-open: a client that sent FIN after its query still gets the answer.
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    accepted += 1;
    sockets.add(socket);
    const connection = serverConnection(socket, accepted);
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const message of reader.push(chunk)) events.onMessage(message, connection, peer);
    });
    socket.on('end', () => socket.end());
    // Resets by the client are part of the tests; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    events.onConnection(connection);
  });
  server.listen({ port, host: address, ipv6Only: isIPv6(address) });
  await once(server, 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
