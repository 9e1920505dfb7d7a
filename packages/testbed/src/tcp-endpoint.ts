import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from 'node:tls';
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
  /** TLS only: what connections accepted from now on get. */
  setTls(options: TlsOptions): void;
  close(): Promise<void>;
}

/** @param carrier the TCP socket under a TLS one, which alone can be reset */
function serverConnection(socket: Socket, carrier: Socket, ordinal: number): ServerConnection {
  return {
    ordinal,
    write: (octets) =>
      new Promise((resolve) => {
        // A client may be gone before its answer: for the server that is no error.
        if (socket.writable) socket.write(octets, () => resolve());
        else resolve();
      }),
    end: () => void socket.end(),
    reset: () => void carrier.resetAndDestroy(),
  };
}

/** Listens on TCP, or on TLS over it if `tls` says with which certificate. Rejects with the bind error. */
export async function listenTcp(
  address: string,
  port: number,
  events: TcpEvents,
  tls?: TlsOptions,
): Promise<TcpEndpoint> {
  const carriers = new Map<number, Socket>();
  let accepted = 0;
  let open = 0;
  const onSocket = (socket: Socket): void => {
    accepted += 1;
    open += 1;
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const connection = serverConnection(socket, carriers.get(peer.port) ?? socket, accepted);
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const message of reader.push(chunk)) events.onMessage(message, connection, peer);
    });
    socket.on('end', () => socket.end());
    // Resets by the client are part of the tests; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => (open -= 1));
    events.onConnection(connection);
  };
  // Half-open: a client that sent FIN after its query still gets the answer.
  const listening = { allowHalfOpen: true, noDelay: true };
  let tlsServer: TlsServer | undefined;
  let server: Server;
  if (tls === undefined) server = createServer(listening, onSocket);
  else server = tlsServer = createTlsServer({ ...tls, ...listening }, onSocket);
  server.prependListener('connection', (carrier: Socket) => {
    const from = carrier.remotePort ?? 0;
    carriers.set(from, carrier);
    // A handshake may fail, and the client may reset, before anybody else listens.
    carrier.on('error', () => undefined);
    carrier.on('close', () => carriers.delete(from));
  });
  server.on('tlsClientError', () => undefined);
  server.listen({ port, host: address, ipv6Only: isIPv6(address) });
  await once(server, 'listening');
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    get accepted() {
      return accepted;
    },
    get open() {
      return open;
    },
    setTls(options) {
      tlsServer?.setSecureContext(options);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const carrier of carriers.values()) carrier.destroy();
      await closed;
    },
  };
}
