import fs, { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../test-support/fake-clock.ts';
import { type FileSystem, systemFiles } from './files.ts';
import { parseSnapshot, type Snapshot } from './format.ts';
import { type SnapshotHost, SnapshotKeeper } from './keeper.ts';

const NAMESPACE = '0123456789abcdef';
const INTERVAL_MS = 300_000;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-snapshot-'));
  path = join(folder, 'cache.snapshot');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Cache {
  owner: boolean;
  namespace: string;
  activity: number;
  /** Pieces that it exports. */
  pieces: Uint8Array[];
  readonly imported: string[];
}

interface Stage {
  readonly keeper: SnapshotKeeper;
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly warnings: string[];
  readonly said: string[];
  /** Ends the thread. */
  exit(): void;
}

function stage(options: { host?: Partial<SnapshotHost>; maxOctets?: number } = {}): Stage {
  const cache: Cache = {
    owner: true,
    namespace: NAMESPACE,
    activity: 0,
    pieces: [Buffer.from('first'), Buffer.from('second')],
    imported: [],
  };
  const clock = new FakeClock();
  const warnings: string[] = [];
  const said: string[] = [];
  const exits = new Set<() => void>();
  const keeper = new SnapshotKeeper(
    { path, intervalMs: INTERVAL_MS, maxOctets: options.maxOctets ?? 10_000 },
    {
      owns: () => cache.owner,
      namespace: () => cache.namespace,
      activity: () => `${cache.activity}`,
      exportEntries: (cursor) => ({
        next: cursor + 1 < cache.pieces.length ? cursor + 1 : 0,
        entries: cache.pieces[cursor] ?? new Uint8Array(0),
      }),
      importEntries: (namespace, rows) => {
        cache.imported.push(`${namespace} ${Buffer.from(rows).toString()}`);
      },
    },
    {
      clock,
      files: systemFiles(),
      warn: (code, message) => warnings.push(`${code} ${message}`),
      say: (line) => said.push(line),
      atExit: (run) => {
        exits.add(run);
        return () => exits.delete(run);
      },
      isMainThread: true,
      ...options.host,
    },
  );
  const exit = (): void => {
    for (const run of exits) run();
  };
  return { keeper, cache, clock, warnings, said, exit };
}

function saved(): Snapshot {
  const snapshot = parseSnapshot(readFileSync(path));
  if (typeof snapshot === 'string') throw new Error(snapshot);
  return snapshot;
}

const textOf = ({ blocks }: Snapshot): string[] => blocks.map((block) => Buffer.from(block).toString());

/** Ends when whatever is being saved has been. */
async function settled(): Promise<void> {
  const left = (): boolean => readdirSync(folder).some((name) => name.endsWith('.tmp'));
  await vi.waitUntil(() => !left() && existsSync(path));
}

describe('saving', () => {
  it('happens on the interval, if anything was looked up since, to a file that is nobody else’s', async () => {
    const { clock, cache } = stage();
    cache.activity = 1;
    clock.advance(INTERVAL_MS - 1);
    expect(readdirSync(folder)).toEqual([]);
    clock.advance(1);
    await settled();
    expect(saved()).toMatchObject({ namespace: NAMESPACE, savedAtMs: clock.wallMs() });
    expect(textOf(saved())).toEqual(['first', 'second']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([...clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
  });

  it('happens at close, and never after', async () => {
    const { keeper, cache, clock, exit } = stage();
    cache.activity = 1;
    await keeper.close();
    expect(textOf(saved())).toEqual(['first', 'second']);
    rmSync(path);
    cache.activity = 2;
    clock.advance(2 * INTERVAL_MS);
    exit();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('happens at exit, without waiting for anything', () => {
    const { cache, exit } = stage();
    cache.activity = 1;
    exit();
    expect(textOf(saved())).toEqual(['first', 'second']);
    expect(readdirSync(folder)).toEqual(['cache.snapshot']);
  });

  it('at exit takes the place of one that is under way', () => {
    const { clock, cache, exit } = stage();
    cache.activity = 1;
    clock.advance(INTERVAL_MS);
    cache.pieces = [Buffer.from('last')];
    exit();
    expect(textOf(saved())).toEqual(['last']);
  });

  it.each<[string, (cache: Cache) => void]>([
    ['nothing was looked up', () => undefined],
    [
      'nothing was learnt',
      (cache) => {
        cache.activity = 1;
        cache.pieces = [];
      },
    ],
    [
      'the namespace is not known yet',
      (cache) => {
        cache.activity = 1;
        cache.namespace = '';
      },
    ],
  ])('leaves a file alone if %s', async (_, prepare) => {
    writeFileSync(path, 'what was there');
    const { keeper, cache, exit } = stage();
    prepare(cache);
    exit();
    await keeper.close();
    expect(readFileSync(path, 'utf8')).toBe('what was there');
  });

  it('empties what this cache once filled, if that was emptied', async () => {
    const first = stage();
    first.cache.activity = 1;
    await first.keeper.close();
    const second = stage();
    second.keeper.load();
    second.cache.activity = 1;
    second.cache.pieces = [];
    await second.keeper.close();
    expect(textOf(saved())).toEqual([]);
  });

  it('is the owner’s, except at the exit of the process', async () => {
    const main = stage();
    main.cache.owner = false;
    main.cache.activity = 1;
    await main.keeper.close();
    expect(existsSync(path)).toBe(false);
    const worker = stage({ host: { isMainThread: false } });
    worker.cache.owner = false;
    worker.cache.activity = 1;
    worker.exit();
    expect(existsSync(path)).toBe(false);
    worker.cache.owner = true;
    worker.exit();
    expect(existsSync(path)).toBe(true);
    rmSync(path);
    const ending = stage();
    ending.cache.owner = false;
    ending.cache.activity = 1;
    ending.exit();
    expect(existsSync(path)).toBe(true);
  });

  it('stops at the size that would not be loaded', () => {
    const { cache, exit } = stage({ maxOctets: 1000 });
    cache.activity = 1;
    cache.pieces = [Buffer.alloc(300, 'a'), Buffer.alloc(300, 'b'), Buffer.alloc(5, 'c')];
    exit();
    expect(textOf(saved())).toEqual(['a'.repeat(300)]);
    expect(statSync(path).size).toBeLessThanOrEqual(1000);
  });

  it('that fails is warned of once until it succeeds, leaves nothing behind, and is tried again', async () => {
    const failing = { ...fs, promises: { ...fs.promises } } as FileSystem;
    let refused = 0;
    const refuse = (): Promise<never> => {
      refused++;
      return Promise.reject(new Error('ENOSPC: no space left on device'));
    };
    const files = { ...systemFiles(), fs: failing };
    const { keeper, clock, cache, warnings } = stage({ host: { files } });
    const { rename } = fs.promises;
    Object.assign(failing.promises, { rename: refuse });
    for (const activity of [1, 2]) {
      cache.activity = activity;
      clock.advance(INTERVAL_MS);
      await vi.waitUntil(() => refused === activity && readdirSync(folder).length === 0);
    }
    expect(warnings).toEqual([
      `SNAPSHOT_SAVE the snapshot ${path} cannot be saved: ENOSPC: no space left on device`,
    ]);
    Object.assign(failing.promises, { rename });
    await keeper.close();
    expect(textOf(saved())).toEqual(['first', 'second']);
  });

  it('that fails at exit is said on stderr', () => {
    const { cache, said, exit } = stage();
    rmSync(folder, { recursive: true });
    cache.activity = 1;
    exit();
    fs.mkdirSync(folder);
    expect(said).toEqual([expect.stringMatching(/cannot be saved: ENOENT/)]);
  });
});

describe('loading', () => {
  function write(): void {
    const { cache, exit } = stage();
    cache.activity = 1;
    exit();
  }

  it('gives the addon the blocks and whose they are', () => {
    write();
    const { keeper, cache, warnings } = stage();
    keeper.load();
    expect(cache.imported).toEqual([`${NAMESPACE} first`, `${NAMESPACE} second`]);
    expect(warnings).toEqual([]);
  });

  it('of nothing is nothing', () => {
    const { keeper, cache, warnings } = stage();
    keeper.load();
    expect([cache.imported, warnings]).toEqual([[], []]);
  });

  it.each<[string, () => Partial<SnapshotHost> | undefined, RegExp]>([
    [
      'a symbolic link',
      () => {
        fs.renameSync(path, `${path}.real`);
        symlinkSync(`${path}.real`, path);
        return undefined;
      },
      /it is a symbolic link/,
    ],
    ['another user’s', () => ({ files: { ...systemFiles(), uid: 4_000_000 } }), /belongs to user \d+, not/],
    [
      'writable by its group',
      () => {
        fs.chmodSync(path, 0o620);
        return undefined;
      },
      /others may write it \(mode 620\)/,
    ],
    [
      'writable by everybody',
      () => {
        fs.chmodSync(path, 0o602);
        return undefined;
      },
      /others may write it/,
    ],
    [
      'a folder',
      () => {
        rmSync(path);
        fs.mkdirSync(path);
        return undefined;
      },
      /it is no plain file/,
    ],
    [
      'too large',
      () => {
        fs.truncateSync(path, 10_001);
        return undefined;
      },
      /larger than 10000 octets/,
    ],
  ])('ignores what is %s, with one warning, and leaves it where it is', (_, prepare, reason) => {
    write();
    const host = prepare();
    const before = fs.lstatSync(path);
    const { keeper, cache, warnings } = stage(host === undefined ? {} : { host });
    keeper.load();
    expect(cache.imported).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^SNAPSHOT_IGNORED /)]);
    expect(warnings[0]).toMatch(reason);
    expect(fs.lstatSync(path).ino).toBe(before.ino);
  });

  it.runIf(process.platform === 'linux')('does not wait for who would write into a pipe', async () => {
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [path]);
    const { keeper, warnings } = stage();
    keeper.load();
    expect(warnings).toEqual([expect.stringContaining('it is no plain file')]);
  });

  it('moves aside what is damaged, with one warning, and saves a new one', async () => {
    write();
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, -1));
    const { keeper, cache, warnings } = stage();
    keeper.load();
    const aside = readdirSync(folder);
    expect(aside).toEqual([expect.stringMatching(/^cache\.snapshot\.damaged-\d+-\d+$/)]);
    expect(readFileSync(join(folder, aside[0] as string))).toEqual(whole.subarray(0, -1));
    expect(cache.imported).toEqual([]);
    expect(warnings).toEqual([
      `SNAPSHOT_DAMAGED the snapshot ${path} cannot be read: its checksum is wrong. It was moved to ${join(folder, aside[0] as string)}; a new one will be saved`,
    ]);
    cache.activity = 1;
    await keeper.close();
    expect(textOf(saved())).toEqual(['first', 'second']);
  });

  it('moves nothing aside that another process has just put there', () => {
    write();
    const good = readFileSync(path);
    writeFileSync(path, 'damaged');
    const replacing = {
      ...fs,
      fstatSync: (descriptor: number) => {
        const file = fs.fstatSync(descriptor);
        writeFileSync(`${path}.new`, good, { mode: 0o600 });
        fs.renameSync(`${path}.new`, path);
        return file;
      },
    } as unknown as FileSystem;
    const { keeper } = stage({ host: { files: { ...systemFiles(), fs: replacing } } });
    keeper.load();
    expect(readFileSync(path)).toEqual(good);
    expect(readdirSync(folder)).toEqual(['cache.snapshot']);
  });
});
