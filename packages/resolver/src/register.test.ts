import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodes } from '../../../test/nodes.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const installProgram = fileURLToPath(new URL('../test-programs/install.mjs', import.meta.url));
const REGISTER = '@doubao/resolver/register';

interface Run {
  readonly status: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(node: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: packageFolder, env: { ...inherited, ...environment } };
    execFile(node, args, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

/** Prints whether the resolver is installed, and what it was configured with. */
const REPORT = `
  const installed = require('node:dns').lookup[Symbol.for('doubao.resolver.install')] !== undefined;
  process.stdout.write(installed ? 'ours' : "Node's");
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-register-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(nodes)('on Node $version', ({ path, major }) => {
  it('install and uninstall do what they say', { timeout: 60_000 }, async () => {
    expect(await run(path, [installProgram])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each(['--import', '--require'])('%s installs before the program starts', async (flag) => {
    expect(await run(path, [flag, REGISTER, '-e', REPORT])).toEqual({
      status: 0,
      stdout: 'ours',
      stderr: '',
    });
  });

  it.each(['--import', '--require'])('%s installs in worker threads too', async (flag) => {
    // Node preloads nothing into workers that evaluate text.
    const program = join(folder, 'worker.cjs');
    writeFileSync(
      program,
      `const { Worker, isMainThread } = require('node:worker_threads');
      if (isMainThread) new Worker(__filename);
      else {${REPORT}}`,
    );
    expect(await run(path, [flag, REGISTER, program])).toEqual({ status: 0, stdout: 'ours', stderr: '' });
  });

  it('DOUBAO_RESOLVER=off leaves everything as it is, with one line', async () => {
    const off = { DOUBAO_RESOLVER: 'off' };
    const line = '@doubao/resolver: DOUBAO_RESOLVER=off, nothing is installed\n';
    expect(await run(path, ['--import', REGISTER, '-e', REPORT], off)).toEqual({
      status: 0,
      stdout: "Node's",
      stderr: line,
    });
    const install = `require('@doubao/resolver').install();${REPORT}`;
    expect(await run(path, ['-e', install], off)).toEqual({ status: 0, stdout: "Node's", stderr: line });
  });

  it('without an addon the program starts with its own lookup, and one line', async () => {
    const result = await run(path, ['--no-addons', '--import', REGISTER, '-e', REPORT]);
    expect(result).toMatchObject({ status: 0, stdout: "Node's" });
    expect(result.stderr).toMatch(/^@doubao\/resolver: .*--no-addons.*Node's own lookup stays\.\n$/);
  });

  it('without an addon importing throws an error of ours', async () => {
    const source = `import('@doubao/resolver').catch((error) => process.stdout.write(error.name + ' ' + error.code));`;
    expect(await run(path, ['--no-addons', '-e', source])).toEqual({
      status: 0,
      stdout: 'ResolverAddonError ERR_RESOLVER_ADDON',
      stderr: '',
    });
  });

  it('a wrong option leaves the program its own lookup, with one line', async () => {
    const result = await run(path, ['--import', REGISTER, '-e', REPORT], { DOUBAO_RESOLVER_NDOTS: '99' });
    expect(result).toMatchObject({ status: 0, stdout: "Node's" });
    expect(result.stderr).toBe(
      "@doubao/resolver: option ndots: must be an integer from 0 to 15, not 99. Node's own lookup stays.\n",
    );
  });

  it('takes options from a file and from variables', async () => {
    const hosts = join(folder, 'hosts');
    writeFileSync(hosts, '192.0.2.77 written.test\n');
    const config = join(folder, 'config.json');
    writeFileSync(
      config,
      JSON.stringify({ hosts: '/nonexistent', system: 'never', servers: ['127.0.0.1:9'] }),
    );
    const source = `require('node:dns').lookup('written.test', (...results) => process.stdout.write(results.join(' ')));`;
    const environment = { DOUBAO_RESOLVER_CONFIG: config, DOUBAO_RESOLVER_HOSTS: hosts };
    expect(await run(path, ['--import', REGISTER, '-e', source], environment)).toEqual({
      status: 0,
      stdout: ' 192.0.2.77 4',
      stderr: '',
    });
    const missing = await run(path, ['--import', REGISTER, '-e', REPORT], {
      DOUBAO_RESOLVER_CONFIG: '/nonexistent',
    });
    expect(missing).toMatchObject({ status: 0, stdout: "Node's" });
    expect(missing.stderr).toMatch(/^@doubao\/resolver: option DOUBAO_RESOLVER_CONFIG: .*\n$/);
  });

  it('a variable that looks like an option is warned of once, worker threads or not', async () => {
    const program = join(folder, 'misspelt.cjs');
    writeFileSync(
      program,
      `const { Worker, isMainThread } = require('node:worker_threads');
      if (isMainThread) new Worker(__filename);`,
    );
    const result = await run(path, ['--import', REGISTER, program], { DOUBAO_RESOLVER_CACHE_MAXTTL: '5' });
    expect(result).toMatchObject({ status: 0, stdout: '' });
    expect(result.stderr.split('\n').filter((line) => line.includes('Warning'))).toEqual([
      expect.stringMatching(
        /\[DOUBAO_RESOLVER_UNKNOWN_VARIABLE\] .*did you mean DOUBAO_RESOLVER_CACHE_MAX_TTL\?$/,
      ),
    ]);
  });

  it('importing starts no thread and keeps nothing alive', async () => {
    const source = `
      const threads = () => require('node:fs').readdirSync('/proc/self/task').length;
      const resources = () => process.getActiveResourcesInfo().length;
      const before = [threads(), resources()];
      const { lookup } = require('@doubao/resolver');
      const after = [threads(), resources()];
      process.stdout.write([after[0] - before[0], after[1] - before[1], lookup.length].join(' '));
    `;
    expect(await run(path, ['-e', source])).toEqual({ status: 0, stdout: '0 0 3', stderr: '' });
  });

  it('faked timers and clocks do not stop lookups', async () => {
    const source = `
      const { createResolver } = require('@doubao/resolver');
      const stopped = () => { throw new Error('a faked function was called'); };
      Object.assign(globalThis, { setTimeout: stopped, setImmediate: stopped, clearTimeout: stopped });
      process.nextTick = stopped;
      Date.now = stopped;
      performance.now = stopped;
      const resolver = createResolver({ hosts: ${JSON.stringify(join(folder, 'hosts'))}, system: 'never' });
      resolver.lookup('written.test', () => {
        resolver.lookup('written.test', (...results) => process.stdout.write(results.join(' ')));
      });
    `;
    writeFileSync(join(folder, 'hosts'), '192.0.2.77 written.test\n');
    expect(await run(path, ['-e', source])).toEqual({ status: 0, stdout: ' 192.0.2.77 4', stderr: '' });
  });

  it.runIf(major >= 26)('without permission for the network lookups fail as Node lets them', async () => {
    const source = `
      const dns = require('node:dns');
      const report = (lookup) => new Promise((resolve) => lookup('localhost', (error) => resolve(
        [error.message, Object.keys(error), error.errno].join(' '))));
      (async () => {
        const node = await report(dns.lookup);
        require('@doubao/resolver').install();
        process.stdout.write(String(node === await report(dns.lookup)) + ' ' + node);
      })();
    `;
    const result = await run(path, [
      '--permission',
      '--allow-addons',
      '--allow-fs-read=*',
      '--no-warnings',
      '-e',
      source,
    ]);
    expect(result).toEqual({
      status: 0,
      stdout: 'true getaddrinfo ERR_ACCESS_DENIED localhost errno,code,syscall,hostname ',
      stderr: '',
    });
  });
});
