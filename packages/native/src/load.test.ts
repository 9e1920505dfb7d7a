import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addonError } from './addon-error.ts';
import { addonFile, loadBinding } from './load.ts';
import { candidateTargets, hostTarget } from './target.ts';

it('loads once', () => {
  expect(loadBinding()).toBe(loadBinding());
});

it('knows this platform', () => {
  expect(candidateTargets()).toContain(hostTarget());
  expect(candidateTargets('linux', 'arm64')).toEqual(['linux-arm64-gnu', 'linux-arm64-musl']);
  expect(candidateTargets('darwin', 'arm64')).toEqual(['darwin-arm64']);
  expect(fileURLToPath(addonFile('win32-x64'))).toMatch(/resolver\.win32-x64\.node$/);
});

describe('without an addon', () => {
  it('names the package that is missing', () => {
    const error = addonError('linux-x64-musl', []);
    expect(error).toMatchObject({ name: 'Error', code: 'ERR_RESOLVER_ADDON_UNAVAILABLE' });
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain('no addon for linux-x64-musl');
    expect(error.message).toContain('Install @doubao/resolver-native-linux-x64-musl');
  });

  it('says that a platform is unknown', () => {
    expect(addonError('aix-ppc64', []).message).toContain('None is published for this platform');
  });

  it('shows why one did not load', () => {
    const cause = new Error("version `GLIBC_2.99' not found");
    const error = addonError('linux-x64-gnu', [{ path: '/a/resolver.node', error: cause }]);
    expect(error.cause).toBe(cause);
    expect(error.message).toContain("/a/resolver.node: version `GLIBC_2.99' not found");
  });

  it('names the option of Node that forbids it', async () => {
    const loader = new URL('../dist/index.js', import.meta.url).href;
    const script = `import { loadBinding } from ${JSON.stringify(loader)};
      try { loadBinding(); } catch (error) { process.stdout.write(JSON.stringify([error.code, error.message])); }`;
    const output = await new Promise<string>((resolve, reject) => {
      const args = ['--no-addons', '--input-type=module', '--eval', script];
      execFile(process.execPath, args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    });
    const [code, message] = JSON.parse(output) as [string, string];
    expect(code).toBe('ERR_RESOLVER_ADDON_UNAVAILABLE');
    expect(message).toContain(hostTarget());
    expect(message).toContain('--allow-addons');
  });
});
