import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

/** What Electron answers: `napi_no_external_buffers_allowed`. */
const refusal = `
int napj_create_external_arraybuffer(void *env, void *data, unsigned long length, void *finalize, void *hint, void **result) {
  return 22;
}`;

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

const compiler = hasCompiler();
if (!compiler) console.warn('refused external memory is not tested: that takes Linux and a C compiler');

let server: DnsServer;
let project: Project;
let shim: string;

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  project = createProject();
  project.program('no-external-memory.mjs');
  if (!compiler) return;
  // Node's own function comes before any library's, so the addon is made to ask for another, of a name as long.
  const folder = join(project.folder, 'node_modules/@doubao/resolver-native');
  const addon = join(folder, readdirSync(folder).find((name) => name.endsWith('.node')) ?? '');
  const octets = readFileSync(addon);
  const at = octets.indexOf('napi_create_external_arraybuffer\0');
  if (at < 0) throw new Error('the addon does not ask Node for external memory');
  octets.write('napj', at);
  writeFileSync(addon, octets);
  shim = join(project.folder, 'refusal.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', shim, project.write('refusal.c', refusal)]);
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

describe.skipIf(!compiler).each(nodes)('on Node $version', (node) => {
  test('where external memory is refused nothing is mirrored, and everything is right', async () => {
    const input = ['no-external-memory.mjs', `udp://${server.endpoint}`];
    const env = { LD_PRELOAD: shim };
    expect(await report(node, input, { cwd: project.folder, env })).toBe('done');
  });
});
