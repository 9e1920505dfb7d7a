import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

let server: DnsServer;
let project: Project;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  project = createProject();
  project.program('workers.mjs');
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

const answers = ['192.0.2.1', '192.0.2.1'];
const ours = { ours: true, served: true, answers };
/** Installed, with the options of a thread that sees no variables. */
const unconfigured = { ours: true, served: false, answers };
const nodesOwn = { ours: false, served: false, answers };

describe.each(nodes)('on Node $version', (node) => {
  test.each([
    // Node runs `--require` before everything, `--import` only before programs that are files or modules.
    ['--require', ours],
    ['--import', nodesOwn],
  ])('%s register covers the threads and processes that inherit it', async (flag, evaluated) => {
    const args = ['--no-warnings', flag, '@doubao/resolver/register', 'workers.mjs'];
    const env = {
      DOUBAO_RESOLVER_SERVERS: `udp://${server.endpoint}`,
      DOUBAO_RESOLVER_HOSTS: 'false',
    };
    expect(await report(node, args, { cwd: project.folder, env })).toEqual({
      file: ours,
      module: ours,
      evaluated,
      ownEnv: ours,
      noEnv: unconfigured,
      sharedEnv: ours,
      noFlags: nodesOwn,
      limited: ours,
      forked: ours,
      cluster: ours,
    });
  });
});
