import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { parseDnstapQuery, type DnstapQuery } from './dnstap-query.ts';
import { FrameStream } from './frame-streams.ts';

/** A Unix socket that name servers report their queries to. */
export interface DnstapReceiver {
  close(): Promise<void>;
}

/** Listens on `path` and reports every query that a name server tells of, in its order. */
export async function receiveDnstap(
  path: string,
  onQuery: (query: DnstapQuery) => void,
): Promise<DnstapReceiver> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const stream = new FrameStream();
    socket.on('data', (chunk: Buffer) => {
      const { frames, replies } = stream.push(chunk);
      for (const reply of replies) socket.write(reply);
      for (const frame of frames) {
        const query = parseDnstapQuery(frame);
        if (query !== undefined) onQuery(query);
      }
    });
    // A name server that is stopped may leave without a farewell.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
