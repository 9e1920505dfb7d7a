import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, aaaa, answer, byType, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report, run } from './run.ts';

let server: DnsServer;
let project: Project;
let url: string;

beforeAll(async () => {
  server = await startDnsServer({
    onQuery: () => byType({ A: answer(a('192.0.2.1', 3600)), AAAA: answer(aaaa('2001:db8::1', 3600)) }),
  });
  url = `udp://${server.endpoint}`;
  project = createProject();
  for (const name of ['look-up.mjs', 'installed.mjs', 'required.cjs', 'orders.mjs']) project.program(name);
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

const REGISTER = '@doubao/resolver/register';
const served = { answers: ['192.0.2.1', '192.0.2.1', '192.0.2.1'], hits: 2 };

describe.each(nodes)('on Node $version', (node) => {
  test.each([
    ['--frozen-intrinsics'],
    ['--disallow-code-generation-from-strings'],
    ['--disable-proto=delete'],
    ['--disable-proto=throw'],
    ['--jitless'],
    ['--preserve-symlinks'],
  ])('%s changes nothing, imported or registered', async (flag) => {
    const { folder: cwd } = project;
    const env = { DOUBAO_RESOLVER_SERVERS: url, DOUBAO_RESOLVER_HOSTS: 'false', DOUBAO_RESOLVER_SEARCH: '' };
    const [imported, registered] = await Promise.all([
      report(node, ['--no-warnings', flag, 'look-up.mjs', url], { cwd }),
      report(node, ['--no-warnings', flag, '--import', REGISTER, 'installed.mjs'], { cwd, env }),
    ]);
    expect(imported).toEqual(served);
    expect(registered).toEqual({ ours: true, answers: ['192.0.2.1', '192.0.2.1'] });
  });

  test('--no-addons gives an error that says so', async () => {
    const outcome = await report<{ importing: { code: string; message: string } }>(
      node,
      ['--no-addons', 'look-up.mjs', url],
      { cwd: project.folder },
    );
    expect(outcome.importing.code).toBe('ERR_RESOLVER_ADDON');
    expect(outcome.importing.message).toContain('drop --no-addons');
  });

  test('require() of the package gives the same module as import', async () => {
    const args = ['--no-warnings', 'required.cjs', url];
    expect(await report(node, args, { cwd: project.folder })).toEqual({
      same: true,
      answer: '192.0.2.1',
      installed: '192.0.2.1',
    });
  });

  test('the default order of addresses is that of the flag, and of the last call to set it', async () => {
    const args = ['--no-warnings', '--dns-result-order=ipv6first', 'orders.mjs', url];
    expect(await report(node, args, { cwd: project.folder })).toEqual([
      ['ipv6first', 6],
      ['ipv4first', 4],
      ['ipv6first', 6],
      ['ipv4first', 4],
    ]);
  });

  test('preloaded through NODE_OPTIONS, and with an environment that is frozen', async () => {
    const env = {
      NODE_OPTIONS: `--import ${REGISTER}`,
      DOUBAO_RESOLVER_SERVERS: url,
      DOUBAO_RESOLVER_HOSTS: 'false',
      TEST_FREEZE: 'yes',
    };
    const { folder: cwd } = project;
    expect(await report(node, ['--no-warnings', 'installed.mjs'], { cwd, env })).toEqual({
      ours: true,
      answers: ['192.0.2.1', '192.0.2.1'],
    });
    const off = await run(node, ['--no-warnings', '-p', '1'], {
      cwd,
      env: { ...env, DOUBAO_RESOLVER: 'off' },
    });
    expect(off).toEqual({
      status: 0,
      stdout: '1\n',
      stderr: '@doubao/resolver: DOUBAO_RESOLVER=off, nothing is installed\n',
    });
  });
});
