import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report, run } from './run.ts';

let server: DnsServer;
let project: Project;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  project = createProject();
  // A script that builds a snapshot can require nothing but Node's own modules.
  await build({
    entryPoints: [project.program('snapshot.mjs')],
    outfile: join(project.folder, 'snapshot.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

const fromSnapshot = {
  whileBuilding: {
    refusal: {
      code: 'ERR_RESOLVER_ADDON',
      message: expect.stringContaining('setDeserializeMainFunction') as unknown,
    },
    native: false,
    installed: false,
  },
  answers: ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
  hits: 2,
};

describe.each(nodes)('on Node $version', (node) => {
  test('a startup snapshot is built without anything native, and resolves when it runs', async () => {
    const { folder: cwd } = project;
    const blob = `snapshot-${node.major}.blob`;
    const env = { TEST_SERVER: `udp://${server.endpoint}` };
    const built = await run(
      node,
      ['--no-warnings', '--snapshot-blob', blob, '--build-snapshot', 'snapshot.cjs'],
      { cwd },
    );
    expect(built).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await report(node, ['--snapshot-blob', blob, 'main.js'], { cwd, env })).toEqual(fromSnapshot);
  });

  test.skipIf(node.major < 22)('so is one that a configuration file describes', async () => {
    const { folder: cwd } = project;
    const config = project.write(`snapshot-${node.major}.json`, JSON.stringify({ builder: 'snapshot.cjs' }));
    const blob = `configured-${node.major}.blob`;
    const env = { TEST_SERVER: `udp://${server.endpoint}` };
    const built = await run(
      node,
      ['--no-warnings', '--snapshot-blob', blob, '--build-snapshot-config', config],
      { cwd },
    );
    expect(built).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await report(node, ['--snapshot-blob', blob, 'main.js'], { cwd, env })).toEqual(fromSnapshot);
  });
});

for (const { version } of nodes.filter(({ major }) => major < 22)) {
  console.warn(`one test skipped on Node ${version}: it has no --build-snapshot-config`);
}
