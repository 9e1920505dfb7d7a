import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, drop, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { run } from './run.ts';

let answering: DnsServer;
let silent: DnsServer;
let project: Project;

beforeAll(async () => {
  answering = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  silent = await startDnsServer({ onQuery: () => drop() });
  project = createProject();
  project.program('endings.mjs');
});
afterAll(async () => {
  project[Symbol.dispose]();
  await answering.close();
  await silent.close();
});

const address = '192.0.2.1\n';
/** Way to end, status, what is printed, what is complained of. */
const endings: readonly (readonly [string, number | string, string, string])[] = [
  ['idle', 0, address, ''],
  ['hit', 0, address, ''],
  ['callback', 7, '', ''],
  ['promise', 7, '', ''],
  ['listener', 7, 'exiting\n', ''],
  ['beforeExit', 0, address, ''],
  ['thrown', 1, '', 'Error: thrown by a callback'],
  ['caught', 7, 'thrown by a callback\n', ''],
  ['rejected', 1, '', 'Error: thrown by a continuation'],
  ['abort', 'SIGABRT', '', ''],
  ['signal', 'SIGTERM', '', ''],
  ['worker-callback', 0, '7 192.0.2.1\n', ''],
  ['worker-listener', 0, 'exiting\n7 192.0.2.1\n', ''],
  ['worker-thrown', 0, 'thrown by a callback\n1 192.0.2.1\n', ''],
  ['worker-terminated', 0, '1 192.0.2.1\n', ''],
];

describe.each(nodes)('on Node $version', (node) => {
  test.each(endings)('%s ends with %s, and does not hang', async (way, status, stdout, complaint) => {
    const input = ['endings.mjs', way, `udp://${answering.endpoint}`, `udp://${silent.endpoint}`];
    const ended = await run(node, input, { cwd: project.folder });
    expect(ended).toMatchObject({ status, stdout });
    // Node prints its own stack on abort.
    if (way !== 'abort')
      expect(ended.stderr.includes(complaint) && (complaint !== '' || ended.stderr === '')).toBe(true);
  });
});
