import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, standInFor, startDaemon, type DaemonService } from './daemon.ts';
import type { Service } from './door.ts';

/** Debian keeps the programs of each version in a folder that is not on PATH. */
const debianFolder = '/usr/lib/postgresql';

/** The user of that name, as Linux numbers it. */
const nobody = { uid: 65_534, gid: 65_534 };

function findPostgres(): { initdb: string; postgres: string } | undefined {
  let versions: string[] = [];
  try {
    versions = readdirSync(debianFolder).toSorted((one, other) => Number(other) - Number(one));
  } catch {
    // Not Debian, or not installed.
  }
  const folders = versions.map((version) => join(debianFolder, version, 'bin'));
  const [initdb, postgres] = [findProgram('initdb', folders), findProgram('postgres', folders)];
  return initdb === undefined || postgres === undefined ? undefined : { initdb, postgres };
}

/** PostgreSQL with user and database `postgres` and no passwords, or what stands for it where it is not installed. */
export async function startPostgres(parent: string): Promise<DaemonService> {
  const programs = findPostgres();
  if (programs === undefined) return standInFor('PostgreSQL', 'postgresql', standIn);
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const folder = join(parent, 'postgres');
  const data = join(folder, 'data');
  await mkdir(folder);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  await promisify(execFile)(programs.initdb, ['-U', 'postgres', '-A', 'trust', '--no-sync', '-D', data], {
    ...user,
    cwd: '/',
  });
  const args = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  return startDaemon({
    path: programs.postgres,
    args,
    socket: join(folder, '.s.PGSQL.5432'),
    startedText: 'database system is ready to accept connections',
    endSignal: 'SIGINT',
    ...(user && { user }),
  });
}

/** A message of the server: its type, the length of itself and the content, the content. */
function message(type: string, ...content: number[]): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(4 + content.length, 1);
  return Buffer.concat([head, Buffer.from(content)]);
}

const octets = (text: string): number[] => [...Buffer.from(text)];

const ready = message('Z', ...octets('I'));
const welcome = Buffer.concat([message('R', 0, 0, 0, 0), ready]);

/** A column of no table, whose type is text (OID 25), of any length, sent as text. */
const column = [...octets('greeting\0'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0];
const row = Buffer.concat([
  message('T', 0, 1, ...column),
  message('D', 0, 1, 0, 0, 0, 5, ...octets('hello')),
  message('C', ...octets('SELECT 1\0')),
  ready,
]);

/** Welcomes everybody and answers every simple query with the same row. */
const standIn: Service = (socket) => {
  let received: Buffer = Buffer.alloc(0);
  let started = false;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      // The first message has no type before its length.
      const typeLength = started ? 1 : 0;
      if (received.length < typeLength + 4) return;
      const end = typeLength + received.readInt32BE(typeLength);
      if (received.length < end) return;
      const type = started ? received.toString('latin1', 0, 1) : '';
      received = received.subarray(end);
      if (!started) socket.write(welcome);
      else if (type === 'Q') socket.write(row);
      else if (type === 'X') socket.end();
      started = true;
    }
  });
};
