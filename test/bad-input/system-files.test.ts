/**
 * resolv.conf and hosts files that cannot be used: defaults and one warning, and nothing is thrown. A good file put in their
 * place is taken over.
 */
import { lstat, mkdtemp, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createNamespace, forgedAddresses, namespacesAvailable } from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { spoils } from './spoiled-files.ts';
import { badAnswer, bystander, genuine, goodAnswer, setStage, shown, victim, type Stage } from './stage.ts';

/** What the program in the namespace is told. */
export interface Task {
  readonly name: string;
  readonly bystander: string;
  /** What the server says that an empty resolv.conf stands for, 127.0.0.1. */
  readonly defaultAddress: string;
  /** What the server on 127.0.0.2 says. */
  readonly otherAddress: string;
  /** Good contents by path, for the end. */
  readonly repaired: Readonly<Record<string, string>>;
}

/** What it saw. Addresses are those of the name, unless they are another's. */
export interface Observations {
  readonly before: readonly string[];
  readonly beside: readonly string[];
  readonly loopback: readonly string[];
  readonly shown: readonly string[] | undefined;
  readonly warnings: readonly string[];
  /** With the good files in force. */
  readonly after: readonly string[];
  readonly laterWarnings: readonly string[];
}

const repairedAddress = '192.0.2.77';
const program = fileURLToPath(new URL('read-files.mjs', import.meta.url));
const canOverrideModes = process.getuid?.() === 0;

describe('of the hosts option', () => {
  // What root may not read cannot be made here; see below.
  const cases = Object.entries(spoils).filter(([name]) => name !== 'unreadable' || !canOverrideModes);
  const badLine = `${forgedAddresses.A} ${victim}`;

  /** A path where nothing is, in a folder that goes with the test. */
  async function emptyPath(): Promise<{ readonly path: string } & AsyncDisposable> {
    const folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
    return {
      path: join(folder, 'hosts'),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  }

  /** Puts what `make` makes in the place of what is there, at once unless a folder is involved. */
  async function replace(path: string, make: (path: string) => Promise<unknown>): Promise<void> {
    const fresh = `${path}.new`;
    await make(fresh);
    const isFolder = async (one: string) => (await lstat(one)).isDirectory();
    if (await isFolder(fresh)) await rm(path);
    else if (await isFolder(path)) await rmdir(path);
    await rename(fresh, path);
  }

  const listing = (address: string) => (path: string) => writeFile(path, `${address} ${victim}\n`);

  const warningsOf = ({ resolver }: Stage, path: string): string[] =>
    resolver.stats().warnings.filter((warning) => warning.includes(path));

  /** Looks the victim up until it has another address: files are looked at while there are lookups. */
  async function addressesOtherThan(stage: Stage, address: string): Promise<string[]> {
    for (;;) {
      const found = await stage.lookUp();
      if (!found.includes(address)) return found;
      await nextTurn();
    }
  }

  it.each(cases)('a hosts file that is %s counts as empty', async (how, spoil) => {
    await using hosts = await emptyPath();
    await spoil(hosts.path, badLine);
    await using stage = await setStage(goodAnswer, { hosts: hosts.path });
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    expect(warningsOf(stage, hosts.path)).toHaveLength(1);

    if (how === 'missing') await listing(repairedAddress)(hosts.path);
    else await replace(hosts.path, listing(repairedAddress));
    expect(await addressesOtherThan(stage, genuine)).toEqual([repairedAddress]);
    expect(shown(stage.resolver, victim)).toEqual([repairedAddress]);
    expect(warningsOf(stage, hosts.path)).toHaveLength(1);
  });

  const gone = new Set(['missing', 'a link to nowhere']);

  it.each(cases.filter(([how]) => !gone.has(how)))(
    'a hosts file that becomes %s leaves the last good one in force',
    async (_, spoil) => {
      await using hosts = await emptyPath();
      await listing(genuine)(hosts.path);
      await using stage = await setStage(badAnswer, { hosts: hosts.path });
      expect(await stage.lookUp()).toEqual([genuine]);
      await replace(hosts.path, (path) => spoil(path, badLine));
      while (warningsOf(stage, hosts.path).length === 0) {
        expect(await stage.lookUp()).toEqual([genuine]);
        await nextTurn();
      }
      await stage.checkAftermath(genuine);

      await replace(hosts.path, listing(repairedAddress));
      expect(await addressesOtherThan(stage, genuine)).toEqual([repairedAddress]);
      expect(warningsOf(stage, hosts.path)).toHaveLength(1);
      expect(stage.asked()).toHaveLength(0);
    },
  );

  it.each([...gone])('a hosts file that becomes %s counts as empty, as for glibc', async (how) => {
    await using hosts = await emptyPath();
    await listing(repairedAddress)(hosts.path);
    await using stage = await setStage(goodAnswer, { hosts: hosts.path });
    expect(await stage.lookUp()).toEqual([repairedAddress]);
    if (how === 'missing') await rm(hosts.path);
    else await replace(hosts.path, (path) => symlink('nowhere', path));
    expect(await addressesOtherThan(stage, repairedAddress)).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    expect(warningsOf(stage, hosts.path)).toHaveLength(1);
  });
});

describe.skipIf(!namespacesAvailable())('of the system', () => {
  const resolvConf = {
    file: 'resolv.conf',
    line: 'nameserver 127.0.0.2',
    repaired: 'nameserver 127.0.0.2\n',
  };
  const hostsFile = {
    file: 'hosts',
    line: `${forgedAddresses.A} ${victim}`,
    repaired: `${repairedAddress} ${victim}\n`,
  };
  const cases = [resolvConf, hostsFile].flatMap((kind) =>
    Object.entries(spoils).map(([how, spoil]) => ({ ...kind, how, spoil })),
  );

  it.each(cases)('$file that is $how: defaults, and one warning', async ({ file, line, repaired, spoil }) => {
    // Without a suffix a name is asked for as it is.
    const etc = {
      'resolv.conf': 'nameserver 127.0.0.1\nsearch .\n',
      hosts: '',
      'nsswitch.conf': 'hosts: files dns\n',
    };
    await using inside = await createNamespace({ etc, addresses: ['10.9.8.7/24'] });
    const path = join(inside.etc, file);
    await rm(path);
    await spoil(path, line);

    const task: Task = {
      name: victim,
      bystander,
      defaultAddress: genuine,
      otherAddress: repairedAddress,
      repaired: { [join('/etc', file)]: repaired },
    };
    const capabilities = '-dac_override,-dac_read_search';
    const { stdout, stderr, status } = await inside.run({
      command: 'setpriv',
      args: ['--bounding-set', capabilities, process.execPath, program, JSON.stringify(task)],
      env: { NODE_OPTIONS: '' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(join('/etc', file)) });
    expect(stderr.match(/Warning: /g)).toHaveLength(1);
    const seen = JSON.parse(stdout) as Observations;
    expect(seen.before).toEqual([genuine]);
    expect(seen.shown).toEqual([genuine]);
    expect(seen.beside).toEqual([genuine]);
    expect(seen.loopback.toSorted()).toEqual(['127.0.0.1', '::1'].toSorted());
    expect(seen.warnings).toHaveLength(1);
    expect(seen.warnings[0]).toContain(join('/etc', file));
    expect(seen.after).toEqual([repairedAddress]);
    expect(seen.laterWarnings).toEqual(seen.warnings);
  });
});
