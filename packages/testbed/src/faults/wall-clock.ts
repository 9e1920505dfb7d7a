import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The wall clock of a program, which can be set to another time while it runs, as by an administrator. */
export interface WallClock extends AsyncDisposable {
  /** For the program's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it to so many ms after the true time, or before it. The clocks that only go forward are left alone. */
  set(offsetMs: number): Promise<void>;
}

const library = 'libfaketimeMT.so.1';

/** Debian puts it into a folder named by the processor. */
function findLibrary(): string | undefined {
  const root = '/usr/lib';
  if (!existsSync(root)) return undefined;
  return ['', ...readdirSync(root)].map((folder) => join(root, folder, 'faketime', library)).find(existsSync);
}

/** Whether there can be such clocks here. If not, the reason is printed, so that a skipped test is not silent. */
export function wallClockAvailable(): boolean {
  const isThere = findLibrary() !== undefined;
  if (!isThere) {
    process.stderr.write('Skipped: libfaketime is not installed (Debian: apt-get install libfaketime)\n');
  }
  return isThere;
}

/** Makes a clock that shows the true time. Rejects where libfaketime is not installed. */
export async function createWallClock(): Promise<WallClock> {
  const path = findLibrary();
  if (path === undefined) throw new Error('libfaketime is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'testbed-clock-'));
  const file = join(folder, 'offset');
  const set = async (offsetMs: number): Promise<void> => {
    // Programs read it at every look at the clock: never half of it.
    await writeFile(`${file}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1000}\n`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  return {
    env: {
      LD_PRELOAD: path,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
