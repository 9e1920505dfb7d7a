import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNamespace, namespacesAvailable } from './index.ts';

const node = process.execPath;
const lookup = (name: string, options = {}): { command: string; args: string[] } => ({
  command: node,
  args: [
    '-e',
    `require('dns').lookup(${JSON.stringify(name)}, ${JSON.stringify({ all: true, ...options })},
      (error, addresses) => console.log(error?.code ?? addresses.map(({ address }) => address).join()))`,
  ],
});

describe.runIf(namespacesAvailable())('a namespace', { timeout: 60_000 }, () => {
  test('has the given files in /etc, which can change, and leaves ours alone', async () => {
    await using inside = await createNamespace({
      etc: { hosts: '192.0.2.7 only.inside\n', 'resolv.conf': 'nameserver 127.0.0.1\n' },
    });
    expect(await inside.run(lookup('only.inside'))).toEqual({ status: 0, stdout: '192.0.2.7\n', stderr: '' });
    // Replaced by a rename, as most programs do it.
    writeFileSync(join(inside.etc, 'hosts.new'), '192.0.2.8 only.inside\n');
    renameSync(join(inside.etc, 'hosts.new'), join(inside.etc, 'hosts'));
    expect((await inside.run(lookup('only.inside'))).stdout).toBe('192.0.2.8\n');
    const { stdout } = await inside.run({ command: 'cat', args: ['/etc/resolv.conf', '/etc/nsswitch.conf'] });
    expect(stdout).toMatch(/^nameserver 127\.0\.0\.1\n[^]*hosts:/);
    const { etc } = inside;
    await inside.close();
    expect(existsSync(etc)).toBe(false);
  });

  test('can have nothing else in /etc', async () => {
    await using inside = await createNamespace({ etc: { hosts: '192.0.2.7 only.inside\n' }, bareEtc: true });
    expect((await inside.run({ command: 'ls', args: ['/etc'] })).stdout).toBe('hosts\n');
    expect((await inside.run(lookup('only.inside'))).stdout).toBe('192.0.2.7\n');
  });

  test('has loopback, and one more interface if addresses are given', async () => {
    const show = { command: node, args: ['-p', 'JSON.stringify(os.networkInterfaces())'] };
    const addressesIn = (json: string): string[] =>
      Object.values(JSON.parse(json) as ReturnType<typeof networkInterfaces>)
        .flat()
        .map((entry) => entry?.cidr ?? '');
    await using bare = await createNamespace();
    expect(addressesIn((await bare.run(show)).stdout)).toEqual(['127.0.0.1/8', '::1/128']);
    await using inside = await createNamespace({ addresses: ['10.9.8.7/24', '2001:db8::7/64'] });
    const shown = addressesIn((await inside.run(show)).stdout);
    expect(shown.toSorted()).toEqual(['10.9.8.7/24', '127.0.0.1/8', '2001:db8::7/64', '::1/128']);
  });

  test('runs programs side by side, which end with it', async () => {
    const inside = await createNamespace({ etc: { 'resolv.conf': 'nameserver 127.0.0.1\n' } });
    const testbed = join(import.meta.dirname, '../dist/index.js');
    const server = inside.spawn({
      command: node,
      args: [
        '--input-type=module',
        '-e',
        `import { startDnsServer, a } from ${JSON.stringify(testbed)};
         await startDnsServer({ port: 53, zone: { 'port53.test': a('192.0.2.53') } });
         console.log('listening');`,
      ],
    });
    await once(server.stdout ?? server, 'data');
    expect((await inside.run(lookup('port53.test', { family: 4 }))).stdout).toBe('192.0.2.53\n');
    const ended = once(server, 'close');
    await inside.close();
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  test('tells what could not be set up', async () => {
    await expect(createNamespace({ addresses: ['not-an-address'] })).rejects.toThrow('not-an-address');
  });

  test('reports a failing program', async () => {
    await using inside = await createNamespace();
    const result = await inside.run({
      command: 'sh',
      args: ['-c', 'echo "$WHY" >&2; exit 3'],
      env: { WHY: 'because' },
    });
    expect(result).toEqual({ status: 3, stdout: '', stderr: 'because\n' });
  });
});
