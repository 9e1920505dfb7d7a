import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  a,
  answer,
  type CertificateAuthority,
  createCertificateAuthority,
  drop,
  startDnsServer,
  type DnsServer,
} from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, packageFolder, type Project } from './project.ts';
import { run } from './run.ts';

let answering: DnsServer;
let second: DnsServer;
let silent: DnsServer;
let authority: CertificateAuthority;
let encrypted: DnsServer;
let project: Project;
let env: Record<string, string>;

const jest = join(packageFolder('jest'), 'bin/jest.js');
const vitest = join(packageFolder('vitest'), 'vitest.mjs');

beforeAll(async () => {
  answering = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  second = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  silent = await startDnsServer({ onQuery: () => drop() });
  authority = await createCertificateAuthority();
  const tls = await authority.issue({ names: ['dns.test'] });
  encrypted = await startDnsServer({
    transports: ['https'],
    tls,
    onQuery: () => answer(a('192.0.2.1', 3600)),
  });
  const url = `https://dns.test:${encrypted.port}/dns-query`;
  env = {
    TEST_ENCRYPTED: JSON.stringify({ url, addresses: ['127.0.0.1'], ca: authority.cert.toString() }),
    TEST_SERVER: `udp://${answering.endpoint}`,
    TEST_SECOND_SERVER: `udp://${second.endpoint}`,
    TEST_SILENT: `udp://${silent.endpoint}`,
    CI: 'true',
  };
  project = createProject();
  project.link('vitest');
  for (const name of ['fake-timers', 'registry-reset', 'faked-before', 'torn-down'])
    project.program(`${name}.test.mjs`);
  const common = { testEnvironment: 'node', transform: {} };
  project.write(
    'jest.json',
    JSON.stringify({
      projects: [
        { ...common, testMatch: ['**/{fake-timers,registry-reset}.test.mjs'] },
        { ...common, testMatch: ['**/faked-before.test.mjs'], fakeTimers: { enableGlobally: true } },
      ],
    }),
  );
  project.write(
    'torn-down.json',
    JSON.stringify({ ...common, testMatch: ['**/torn-down.test.mjs'], globalTeardown: './told.mjs' }),
  );
  // Samples are told of every 100 ms: the process lives to see that nothing comes of them.
  project.write('told.mjs', 'export default () => new Promise((resolve) => setTimeout(resolve, 500));');
  // Inlined, the package is loaded by the runner, which can load it anew; else Node loads it, once.
  project.write(
    'vitest.config.mjs',
    `const common = { globals: true, include: ['fake-timers.test.mjs'] };
    export default { cacheDir: 'cache', test: { projects: [
      { test: { ...common, name: 'external', pool: 'forks' } },
      { test: { ...common, name: 'inlined', pool: 'threads', include: ['{fake-timers,registry-reset}.test.mjs'],
        server: { deps: { inline: [/@doubao/] } } } },
    ] } };`,
  );
});
afterAll(async () => {
  project[Symbol.dispose]();
  await answering.close();
  await second.close();
  await silent.close();
  await encrypted.close();
  await authority.close();
});

let taken = 0;
/** How often the name of the test with resets was asked for since the last call: its copies share a cache. */
function takeQueries(): number {
  const before = taken;
  taken = answering.queriesFor({ name: 'reset.test' }).length;
  return taken - before;
}

describe.each(nodes)('on Node $version', (node) => {
  // Each is a process that has to end by itself, with the ports of all copies open.
  test('under Jest, lookups go on and copies replace each other', async () => {
    const args = ['--experimental-vm-modules', '--no-warnings', jest, '--runInBand', '--config', 'jest.json'];
    const { status, stderr } = await run(node, args, { cwd: project.folder, env });
    expect(stderr).toContain('12 passed, 12 total');
    expect(stderr).not.toContain('did not exit');
    expect(status).toBe(0);
    expect(takeQueries()).toBe(1);
  });

  test('under Jest, a resolver of several servers may outlive the tests of its file', async () => {
    const flags = ['--experimental-vm-modules', '--no-warnings'];
    const args = [...flags, jest, '--runInBand', '--config', 'torn-down.json'];
    const { status, stderr } = await run(node, args, { cwd: project.folder, env });
    expect(stderr).toContain('1 passed, 1 total');
    expect(stderr).not.toContain('torn down');
    expect(status).toBe(0);
  });

  test('under Vitest, lookups go on and copies replace each other', async () => {
    const { status, stdout, stderr } = await run(node, [vitest, 'run'], { cwd: project.folder, env });
    expect(`${stdout}${stderr}`).toContain('13 passed (13)');
    expect(status).toBe(0);
    expect(takeQueries()).toBe(1);
  });
});
