import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** What a connection is handed to. */
export type Service = (socket: Socket) => void;

/** A port of 127.0.0.1 and, where there is one, ::1, on which connections are counted before a service gets them. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
}

/** The port that is free on 127.0.0.1 may be taken on ::1. */
const attempts = 20;

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}

/** Opens a port for `service`. */
export async function openDoor(service: Service): Promise<Door> {
  for (let attempt = 1; ; attempt += 1) {
    let connections = 0;
    const sockets = new Set<Socket>();
    const onConnection = (socket: Socket): void => {
      connections += 1;
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      // What the client thinks of an error is tested; what the server thinks of it is not.
      socket.on('error', () => undefined);
      service(socket);
    };
    const servers = [createServer(onConnection), createServer(onConnection)] as const;
    await listen(servers[0], '127.0.0.1', 0);
    const { port } = servers[0].address() as { port: number };
    try {
      await listen(servers[1], '::1', port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && attempt < attempts) {
        await close(servers[0]);
        continue;
      }
      // A machine without IPv6: its programs are left with 127.0.0.1.
      if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') throw error;
    }
    return {
      port,
      get connections() {
        return connections;
      },
      [Symbol.asyncDispose]: async () => {
        for (const socket of sockets) socket.destroy();
        await Promise.all(servers.map(close));
      },
    };
  }
}
