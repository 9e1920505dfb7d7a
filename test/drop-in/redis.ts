import { join } from 'node:path';
import { findProgram, standInFor, startDaemon, type DaemonService } from './daemon.ts';
import type { Service } from './door.ts';

/** Redis, or what stands for it where it is not installed. */
export function startRedis(folder: string): Promise<DaemonService> {
  const path = findProgram('redis-server');
  if (path === undefined) return Promise.resolve(standInFor('Redis', 'redis-server', standIn));
  const socket = join(folder, 'redis');
  const args = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--daemonize', 'no'];
  return startDaemon({ path, args, socket, startedText: 'to accept connections', endSignal: 'SIGTERM' });
}

const replies: Readonly<Record<string, (argument: string) => string>> = {
  ECHO: bulk,
  INFO: () => bulk('redis_version:7.0.15\r\nloading:0\r\n'),
};

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

/** Commands are arrays of strings, each after its length (RESP); here no string has a line break. */
const standIn: Service = (socket) => {
  let lines: string[] = [''];
  socket.setEncoding('latin1').on('data', (text: string) => {
    lines = (lines.join('\r\n') + text).split('\r\n');
    for (;;) {
      const end = 1 + 2 * Number(lines[0]?.slice(1));
      // Behind the last line break is one element more.
      if (lines.length <= end) return;
      const [, , name = '', , argument = ''] = lines.splice(0, end);
      socket.write(replies[name.toUpperCase()]?.(argument) ?? `-ERR unknown command '${name}'\r\n`);
    }
  });
};
