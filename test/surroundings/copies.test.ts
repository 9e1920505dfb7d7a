import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, drop, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

let server: DnsServer;
let silent: DnsServer;
let project: Project;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  project = createProject(['a', 'b', 'c', 'd']);
  silent = await startDnsServer({ onQuery: () => drop() });
  project.program('copies.mjs');
  project.program('a/reloaded.mjs');
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
  await silent.close();
});

describe.each(nodes)('on Node $version', (node) => {
  test('several copies of the package replace each other, never wrap, and have caches of their own', async () => {
    const { folder } = project;
    const input = ['copies.mjs', `udp://${server.endpoint}`];
    expect(await report(node, input, { cwd: folder })).toEqual({ copies: 4 });
  });
});

// On all at once: each waits for seconds.
test('copies of the same files, loaded anew, let go of what they hold unless it is in use', async () => {
  const input = ['a/reloaded.mjs', `udp://${server.endpoint}`, `udp://${silent.endpoint}`];
  const outcomes = await Promise.all(nodes.map((node) => report(node, input, { cwd: project.folder })));
  expect(new Set(outcomes)).toEqual(new Set(['done']));
});
