import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

let server: DnsServer;
let project: Project;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  project = createProject(['a', 'b', 'c', 'd']);
  project.program('copies.mjs');
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

describe.each(nodes)('on Node $version', (node) => {
  test('several copies of the package replace each other, never wrap, and have caches of their own', async () => {
    const { folder } = project;
    const input = ['copies.mjs', `udp://${server.endpoint}`];
    expect(await report(node, input, { cwd: folder })).toEqual({ copies: 4 });
  });
});
