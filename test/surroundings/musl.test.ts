import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import type { Node } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

/** docs/decisions/0007 says where the two can be had. */
const path = process.env['TEST_MUSL_NODE'];
const addon = fileURLToPath(
  new URL(`../../packages/native/resolver.linux-${process.arch}-musl.node`, import.meta.url),
);

const missing =
  path === undefined
    ? 'TEST_MUSL_NODE names no Node.js for musl'
    : existsSync(addon)
      ? undefined
      : `${addon} was not built`;
if (missing !== undefined) console.warn(`musl is not tested: ${missing}`);

let server: DnsServer;
let project: Project;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  // With the addons for both C libraries: the loader has to choose.
  project = createProject();
  for (const name of ['look-up.mjs', 'workers.mjs', 'endings.mjs']) project.program(name);
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

describe.skipIf(missing !== undefined)('on musl', () => {
  const node = (): Node => {
    const version = execFileSync(path ?? '', ['--version'], { encoding: 'utf8' }).trim();
    return { major: Number.parseInt(version.slice(1), 10), version, path: path ?? '' };
  };

  test('a miss and two hits', async () => {
    const args = ['--no-warnings', 'look-up.mjs', `udp://${server.endpoint}`];
    expect(await report(node(), args, { cwd: project.folder })).toEqual({
      answers: ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
      hits: 2,
    });
  });

  test('worker threads load the addon and end', async () => {
    const args = ['--no-warnings', '--require', '@doubao/resolver/register', 'workers.mjs'];
    const env = { DOUBAO_RESOLVER_SERVERS: `udp://${server.endpoint}`, DOUBAO_RESOLVER_HOSTS: 'false' };
    const outcomes = await report<Record<string, unknown>>(node(), args, { cwd: project.folder, env });
    expect(outcomes['file']).toEqual({ ours: true, served: true, answers: ['192.0.2.1', '192.0.2.1'] });
    expect(outcomes['limited']).toEqual(outcomes['file']);
  });
});
