import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  a,
  answer,
  createCertificateAuthority,
  startDnsServer,
  type CertificateAuthority,
  type DnsServer,
} from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report, run } from './run.ts';

let server: DnsServer;
let authority: CertificateAuthority;
let encrypted: DnsServer;
let project: Project;
/** Bundles without anything around them. */
let elsewhere: string;
let url: string;

const formats = ['cjs', 'esm'] as const;
const served = { answers: ['192.0.2.1', '192.0.2.1', '192.0.2.1'], hits: 2 };

/** Bundlers, as they are told to bundle for Node. Those names are left out of the bundle. */
const bundlers = {
  async esbuild(entry: string, outfile: string, format: 'cjs' | 'esm', external: string[]) {
    await build({
      entryPoints: [entry],
      outfile,
      format,
      external,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
  },
  async rolldown(entry: string, outfile: string, format: 'cjs' | 'esm', external: string[]) {
    const bundle = await rolldown({ input: entry, external, platform: 'node', cwd: project.folder });
    await bundle.write({ file: outfile, format, codeSplitting: false });
    await bundle.close();
  },
};
const fileOf = (bundler: string, format: string, kind: string): string =>
  `${bundler}-${kind}.${format === 'cjs' ? 'cjs' : 'mjs'}`;
const all = Object.keys(bundlers).flatMap((bundler) => formats.map((format) => [bundler, format] as const));

beforeAll(async () => {
  server = await startDnsServer({ onQuery: () => answer(a('192.0.2.1', 3600)) });
  url = `udp://${server.endpoint}`;
  authority = await createCertificateAuthority();
  encrypted = await startDnsServer({
    transports: ['https'],
    tls: await authority.issue({ addresses: ['127.0.0.1'] }),
    onQuery: () => answer(a('192.0.2.1', 3600)),
  });
  project = createProject();
  project.program('look-up.mjs');
  elsewhere = mkdtempSync(join(tmpdir(), 'resolver-bundle-'));
  const entry = join(project.folder, 'look-up.mjs');
  for (const [bundler, format] of all) {
    const bundle = bundlers[bundler as keyof typeof bundlers];
    for (const [kind, external] of [
      ['external', ['@doubao/resolver']],
      ['loader-external', ['@doubao/resolver-native']],
      ['transport-external', ['@doubao/resolver-doh']],
      ['inlined', []],
    ] as const) {
      const file = fileOf(bundler, format, kind);
      await bundle(entry, join(project.folder, file), format, [...external]);
      cpSync(join(project.folder, file), join(elsewhere, file));
    }
  }
});
afterAll(async () => {
  project[Symbol.dispose]();
  rmSync(elsewhere, { recursive: true });
  await server.close();
  await encrypted.close();
  await authority.close();
});

describe.each(nodes)('on Node $version', (node) => {
  test.each(all)('bundles of %s (%s) find the addon that is installed', async (bundler, format) => {
    const outcomes = await Promise.all(
      ['external', 'loader-external', 'inlined'].map((kind) =>
        report(node, ['--no-warnings', fileOf(bundler, format, kind), url], { cwd: project.folder }),
      ),
    );
    expect(outcomes).toEqual([served, served, served]);
  });

  test.each(all)('bundles of %s (%s) speak to encrypted servers', async (bundler, format) => {
    // undici is CommonJS, of which esbuild makes modules that do not run.
    const inlined = bundler === 'esbuild' && format === 'esm' ? 'transport-external' : 'inlined';
    const asked = ['external', inlined].map((kind) =>
      report(node, ['--no-warnings', fileOf(bundler, format, kind), `https://${encrypted.endpoint}`], {
        cwd: project.folder,
        env: { NODE_EXTRA_CA_CERTS: authority.certPath },
      }),
    );
    expect(await Promise.all(asked)).toEqual([served, served]);
  });

  test('a bundle in which the transport does not run says what to do', async () => {
    const args = [fileOf('esbuild', 'esm', 'inlined'), `https://${encrypted.endpoint}`];
    const { stdout, stderr } = await run(node, args, { cwd: project.folder });
    expect(JSON.parse(stdout)).toMatchObject({ lookingUp: { code: 'EAI_AGAIN' } });
    expect(stderr).toContain('leave @doubao/resolver-doh out (external)');
  });

  test.each(all)('a bundle of %s (%s) without the addon says what to do', async (bundler, format) => {
    const args = ['--no-warnings', fileOf(bundler, format, 'inlined'), url];
    const { importing } = await report<{ importing: { code: string; message: string } }>(node, args, {
      cwd: elsewhere,
    });
    expect(importing.code).toBe('ERR_RESOLVER_ADDON');
    expect(importing.message).toContain(`part of ${join(elsewhere, fileOf(bundler, format, 'inlined'))}`);
    expect(importing.message).toContain('leave @doubao/resolver-native out (external)');
  });
});

test('pnpm keeps packages apart: only those that are asked for can be found', async () => {
  const [node] = nodes;
  if (node === undefined) throw new Error('no Node.js');
  using strict = createProject();
  strict.program('look-up.mjs');
  // What npm puts side by side, pnpm links from a store in which each package sees its own dependencies only.
  const modules = join(strict.folder, 'node_modules');
  const scope = join(modules, '@doubao');
  for (const name of ['resolver', 'resolver-native']) {
    const store = join(modules, `.pnpm/@doubao+${name}@0.1.0/node_modules/@doubao`);
    mkdirSync(store, { recursive: true });
    renameSync(join(scope, name), join(store, name));
  }
  const storeOf = (name: string): string => `.pnpm/@doubao+${name}@0.1.0/node_modules/@doubao`;
  symlinkSync(
    join(modules, storeOf('resolver-native'), 'resolver-native'),
    join(modules, storeOf('resolver'), 'resolver-native'),
  );
  symlinkSync(join(modules, storeOf('resolver'), 'resolver'), join(scope, 'resolver'));
  const script = `require.resolve('@doubao/resolver'); require.resolve('@doubao/resolver-native');`;
  const { stderr } = await run(node, ['-e', script], { cwd: strict.folder });
  expect(stderr).toContain("Cannot find module '@doubao/resolver-native'");
  expect(await report(node, ['--no-warnings', 'look-up.mjs', url], { cwd: strict.folder })).toEqual(served);
});
