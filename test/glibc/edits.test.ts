import { appendFile, mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dualStack } from './case.ts';
import { Machine, machinesAvailable, type Request, type Subject } from './machine.ts';

const subjects: readonly Subject[] = ['getaddrinfo', 'resolver'];

const resolvConf = (server: string, search: string) =>
  `nameserver ${server}\nsearch ${search}\noptions timeout:1 attempts:1\n`;

const furniture = {
  addresses: dualStack,
  etc: { hosts: '10.0.0.1 db\n', 'resolv.conf': resolvConf('127.0.0.1', 'a.test') },
  servers: {
    '127.0.0.1': { 'www.a.test': ['192.0.2.1'], 'www.b.test': ['192.0.2.2'] },
    '127.0.0.2': { 'www.a.test': ['192.0.2.3'], 'www.b.test': ['192.0.2.4'] },
  },
} as const;

/**
 * Looks up until the result is another one than `before`; the test's own timeout is the limit. The resolver looks at its
 * files at most once a second, and only while there are lookups.
 */
async function changed(
  machine: Machine,
  subject: Subject,
  request: Request,
  before: unknown,
): Promise<unknown> {
  for (;;) {
    const { found } = await machine.lookup(subject, request);
    if (JSON.stringify(found) !== JSON.stringify(before)) return found;
  }
}

describe.runIf(machinesAvailable).each(subjects)('files that change while %s is running', (subject) => {
  it('takes over a hosts file that was replaced', async () => {
    await using machine = await Machine.start(furniture);
    const db = { name: 'db', keep: true };
    expect((await machine.lookup(subject, db)).found).toEqual(['10.0.0.1']);
    await machine.replace('hosts', '10.0.0.2 db\n');
    expect(await changed(machine, subject, db, ['10.0.0.1'])).toEqual(['10.0.0.2']);
  });

  it('takes over a hosts file that was written in place', async () => {
    await using machine = await Machine.start(furniture);
    const db = { name: 'db', keep: true };
    expect((await machine.lookup(subject, db)).found).toEqual(['10.0.0.1']);
    await appendFile(join(machine.etc, 'hosts'), '10.0.0.3 db\n');
    const found = await changed(machine, subject, db, ['10.0.0.1']);
    expect([...(found as string[])].toSorted()).toEqual(['10.0.0.1', '10.0.0.3']);
  });

  it('takes over a name that the hosts file gets, although it was cached', async () => {
    await using machine = await Machine.start(furniture);
    const www = { name: 'www', keep: true };
    expect((await machine.lookup(subject, www)).found).toEqual(['192.0.2.1']);
    await machine.replace('hosts', '10.0.0.4 www\n');
    expect(await changed(machine, subject, www, ['192.0.2.1'])).toEqual(['10.0.0.4']);
  });

  it('takes over another server', async () => {
    await using machine = await Machine.start(furniture);
    const www = { name: 'www', keep: true };
    expect((await machine.lookup(subject, www)).found).toEqual(['192.0.2.1']);
    await machine.replace('resolv.conf', resolvConf('127.0.0.2', 'a.test'));
    expect(await changed(machine, subject, www, ['192.0.2.1'])).toEqual(['192.0.2.3']);
  });

  it('takes over another search list', async () => {
    await using machine = await Machine.start(furniture);
    const www = { name: 'www', keep: true };
    expect((await machine.lookup(subject, www)).found).toEqual(['192.0.2.1']);
    await machine.replace('resolv.conf', resolvConf('127.0.0.1', 'b.test'));
    expect(await changed(machine, subject, www, ['192.0.2.1'])).toEqual(['192.0.2.2']);
  });

  it('takes over a file behind a link that now leads elsewhere', async () => {
    await using machine = await Machine.start(furniture);
    await mkdir(join(machine.etc, 'run'));
    await rename(join(machine.etc, 'resolv.conf'), join(machine.etc, 'run/one'));
    await symlink('run/one', join(machine.etc, 'resolv.conf'));
    await machine.replace('run/two', resolvConf('127.0.0.2', 'b.test'));
    const www = { name: 'www', keep: true };
    expect((await machine.lookup(subject, www)).found).toEqual(['192.0.2.1']);
    await symlink('run/two', join(machine.etc, 'link'));
    await rename(join(machine.etc, 'link'), join(machine.etc, 'resolv.conf'));
    expect(await changed(machine, subject, www, ['192.0.2.1'])).toEqual(['192.0.2.4']);
  });
});
