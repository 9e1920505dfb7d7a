import fs, { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Files, systemFiles } from './files.ts';
import { removeLeftovers, temporaryName } from './leftovers.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-leftovers-'));
  path = join(folder, 'cache.snapshot');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const HOUR = 3_600_000;
const here: Files = {
  ...systemFiles(),
  pid: 100,
  place: '0123abcd',
  isAlive: (pid) => pid === 100 || pid === 101,
};
const of = (pid: number, place = '0123abcd'): string => temporaryName(path, { ...here, pid, place });

async function left(files: Record<string, string>, ageMs: number, using: Files = here): Promise<string[]> {
  for (const file of Object.values(files)) writeFileSync(file, '');
  await removeLeftovers(path, Date.now() + ageMs, using);
  const remaining = readdirSync(folder).map((name) => join(folder, name));
  return Object.keys(files).filter((what) => remaining.includes(files[what] as string));
}

it('removes what dead processes of this place left behind, and nothing else', async () => {
  const files = {
    dead: of(102),
    alive: of(101),
    own: of(100),
    elsewhere: of(102, 'ffffffff'),
    snapshot: path,
    damaged: `${path}.damaged-1-102`,
    similar: join(folder, 'other.snapshot.102-0123abcd-0123456789abcdef.tmp'),
    unknown: `${path}.102.tmp`,
  };
  expect(await left(files, 0)).toEqual(Object.keys(files).filter((what) => what !== 'dead'));
});

it('after an hour, what others or an earlier process of its number may have left too', async () => {
  const files = { alive: of(101), own: of(100), elsewhere: of(102, 'ffffffff'), snapshot: path };
  expect(await left(files, HOUR - 60_000)).toEqual(Object.keys(files));
  expect(await left(files, HOUR + 60_000)).toEqual(['snapshot']);
});

it('touches neither links nor files of others', async () => {
  const target = join(folder, 'target');
  writeFileSync(target, '');
  fs.symlinkSync(target, of(102));
  await removeLeftovers(path, Date.now(), here);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(await left({ others: of(103) }, 0, { ...here, uid: 4_000_000 })).toEqual(['others']);
});

it('a folder that is not there has no leftovers', async () => {
  await removeLeftovers(join(folder, 'none', 'cache.snapshot'), Date.now(), here);
  expect(readdirSync(folder)).toEqual([]);
});
