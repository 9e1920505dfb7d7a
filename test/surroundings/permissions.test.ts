import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes, type Node } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report, run } from './run.ts';

let server: DnsServer;
let project: Project;
let url: string;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  url = `udp://${server.endpoint}`;
  project = createProject();
  for (const name of ['look-up', 'denied', 'drop-permission']) project.program(`${name}.mjs`);
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

const permission = ({ major }: Node): string => (major === 20 ? '--experimental-permission' : '--permission');
const coversNetwork = ({ major }: Node): boolean => major >= 26;
const withNetwork = (node: Node): string[] => (coversNetwork(node) ? ['--allow-net'] : []);
const readAll = '--allow-fs-read=*';
const served = { answers: ['192.0.2.1', '192.0.2.1', '192.0.2.1'], hits: 2 };

describe.each(nodes)('under the permission model of Node $version', (node) => {
  test('with addons and network, everything works', async () => {
    const flags = ['--no-warnings', permission(node), readAll, '--allow-addons', ...withNetwork(node)];
    expect(await report(node, [...flags, 'look-up.mjs', url], { cwd: project.folder })).toEqual(served);
  });

  test('without addons, importing names the platform and the remedy', async () => {
    const flags = ['--no-warnings', permission(node), readAll, ...withNetwork(node)];
    const { importing } = await report<{ importing: { name: string; code: string; message: string } }>(
      node,
      [...flags, 'look-up.mjs', url],
      { cwd: project.folder },
    );
    expect(importing).toMatchObject({ name: 'ResolverAddonError', code: 'ERR_RESOLVER_ADDON' });
    expect(importing.message).toMatch(
      /no addon for linux-\w+-\w+ \(Node \d+\.\d+\.\d+\)\..* add --allow-addons/,
    );
  });

  test("without addons, register says so once and leaves Node's own lookup", async () => {
    const flags = ['--no-warnings', permission(node), readAll, ...withNetwork(node)];
    const program = `const dns = require('node:dns');
      dns.lookup('192.0.2.9', (error, address) => process.stdout.write(
        JSON.stringify({ address, ours: Symbol.for('doubao.resolver.install') in dns.lookup })));`;
    const args = [...flags, '--import', '@doubao/resolver/register', '-e', program];
    const { status, stdout, stderr } = await run(node, args, { cwd: project.folder });
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^@doubao\/resolver: .*--allow-addons.* Node's own lookup stays\.$/),
    ]);
    expect(JSON.parse(stdout)).toEqual({ address: '192.0.2.9', ours: false });
    expect(status).toBe(0);
  });

  test('the addon itself needs no right to be read', async () => {
    const readable = [
      'look-up.mjs',
      'package.json',
      'node_modules/@doubao/resolver/*',
      'node_modules/@doubao/resolver-native/dist/*',
      'node_modules/@doubao/resolver-native/package.json',
    ].map((path) => `--allow-fs-read=${join(project.folder, path)}`);
    const flags = ['--no-warnings', permission(node), ...readable, '--allow-addons', ...withNetwork(node)];
    expect(await report(node, [...flags, 'look-up.mjs', url], { cwd: project.folder })).toEqual(served);
  });

  test.skipIf(!coversNetwork(node))(
    "without network, functions fail as Node's do, and nothing is opened",
    async () => {
      const flags = ['--no-warnings', permission(node), readAll, '--allow-addons'];
      const {
        node: own,
        ours,
        installed,
        ...opened
      } = await report<Record<string, unknown>>(node, [...flags, 'denied.mjs', url], { cwd: project.folder });
      expect(own).toMatchObject({
        lookup: { code: 'ERR_ACCESS_DENIED' },
        literal: '192.0.2.7',
        record: { code: 'ERR_ACCESS_DENIED' },
      });
      expect(ours).toEqual(own);
      expect(installed).toEqual(own);
      expect(opened).toEqual({ queriesSent: 0, sockets: 0, threads: [] });
    },
  );

  test.skipIf(!coversNetwork(node))(
    'a permission that is dropped while the program runs is gone',
    async () => {
      const flags = ['--no-warnings', permission(node), readAll, '--allow-addons', '--allow-net'];
      const outcome = await report(node, [...flags, 'drop-permission.mjs', url], { cwd: project.folder });
      expect(outcome).toEqual({ atOnce: 'ERR_ACCESS_DENIED', kept: 'ERR_ACCESS_DENIED', queries: 1 });
    },
  );
});

for (const { version } of nodes.filter((node) => !coversNetwork(node))) {
  console.warn(`two tests skipped on Node ${version}: its permission model does not cover the network`);
}
