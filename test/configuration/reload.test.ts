import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { a, answer, byType, nodata, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { startProgram, type Running } from '../program.ts';

const program = new URL('./programs/look-up-until.mjs', import.meta.url);

let servers: readonly DnsServer[];
let root: string;
let folder: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'resolver-configuration-'));
  const start = (address: string): Promise<DnsServer> =>
    startDnsServer({ onQuery: () => byType({ A: answer(a(address)), AAAA: nodata() }) });
  servers = [await start('192.0.2.1'), await start('192.0.2.2')];
});

afterAll(async () => {
  rmSync(root, { recursive: true });
  for (const server of servers) await server.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

/** Options that make the answer 192.0.2.1 or 192.0.2.2. */
function options(number: 1 | 2, more: object = {}): string {
  const server = servers[number - 1] as DnsServer;
  return JSON.stringify({
    servers: [`udp://${server.endpoint}`],
    hosts: false,
    search: [],
    system: 'never',
    ...more,
  });
}

/** Like the kubelet: files are links into `..data`, which is a link to a folder of this version. */
function mount(version: number, text: string): void {
  const data = `..${version}`;
  mkdirSync(join(folder, data));
  writeFileSync(join(folder, data, 'resolver.json'), text);
  symlinkSync(data, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (version === 1) symlinkSync(join('..data', 'resolver.json'), join(folder, 'resolver.json'));
  else rmSync(join(folder, `..${version - 1}`), { recursive: true });
}

async function ask(running: Running, wanted: object): Promise<unknown> {
  running.send(wanted);
  return running.message();
}

describe.each(nodes)('on Node $version', (node) => {
  const execArgv = ['--import', '@doubao/resolver/register'];
  const start = (threads = 0): Running =>
    startProgram(node, program, {
      execArgv,
      input: { threads },
      env: { DOUBAO_RESOLVER_CONFIG: join(folder, 'resolver.json') },
    });
  const quiet = { warnings: [], ofThreads: [] };

  test('a ConfigMap that is swapped changes the servers, in every thread', async () => {
    mount(1, options(1));
    using running = start(2);
    const quietThreads = { warnings: [], ofThreads: [[], []] };
    expect(await ask(running, { address: '192.0.2.1' })).toEqual(quietThreads);
    mount(2, options(2));
    expect(await ask(running, { address: '192.0.2.2' })).toEqual(quietThreads);
    mount(3, options(1));
    expect(await ask(running, { address: '192.0.2.1' })).toEqual(quietThreads);
  });

  test('a file that is no JSON, or not valid, leaves the options in force, with one warning', async () => {
    const file = join(folder, 'resolver.json');
    writeFileSync(file, options(1));
    using running = start();
    expect(await ask(running, { address: '192.0.2.1' })).toEqual(quiet);
    writeFileSync(file, '{ "servers": ');
    const config = 'DOUBAO_RESOLVER_CONFIG';
    expect(await ask(running, { warning: config, address: '192.0.2.1' })).toMatchObject({
      warnings: [{ code: config, message: expect.stringContaining(`${file}: `) }],
    });
    writeFileSync(file, options(2, { ndosts: 5 }));
    expect(await ask(running, { warning: config, address: '192.0.2.1' })).toMatchObject({
      warnings: [
        {
          code: config,
          message:
            '@doubao/resolver: option ndosts: is unknown (did you mean ndots?). The options before it stay in force',
        },
      ],
    });
    writeFileSync(file, options(2));
    expect(await ask(running, { address: '192.0.2.2' })).toEqual(quiet);
  });

  test('a file that goes away leaves the options in force', async () => {
    const file = join(folder, 'resolver.json');
    writeFileSync(file, options(1));
    using running = start();
    expect(await ask(running, { address: '192.0.2.1' })).toEqual(quiet);
    rmSync(file);
    expect(await ask(running, { warning: 'DOUBAO_RESOLVER_CONFIG', address: '192.0.2.1' })).toMatchObject({
      warnings: [{ message: expect.stringContaining('ENOENT') }],
    });
    writeFileSync(file, options(2));
    expect(await ask(running, { address: '192.0.2.2' })).toEqual(quiet);
  });
});
