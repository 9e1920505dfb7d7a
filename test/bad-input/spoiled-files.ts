/** Files that are no text, too long, or none at all. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';

/** Makes a bad file at `path`, where nothing is. Where it has text, `line` is in it, a good line that must not be used. */
export type Spoil = (path: string, line: string) => Promise<unknown>;

const tenMegabytes = 10_000_000;
const comment = `# ${'x'.repeat(77)}\n`;
const noiseOctets = 4096;

/** Octets of all values, NUL and line feed among them, the same each time. */
function noise(): Buffer {
  const bytes = Buffer.alloc(noiseOctets);
  let state = 1;
  for (let index = 0; index < bytes.length; index += 1) {
    // The numbers of the C standard's example of rand().
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

export const spoils: Readonly<Record<string, Spoil>> = {
  missing: () => Promise.resolve(),
  // To root as well, once it has given up the capability to override modes.
  unreadable: async (path, line) => {
    await writeFile(path, `${line}\n`);
    await chmod(path, 0);
  },
  'a folder': (path) => mkdir(path),
  'a link to nowhere': (path) => symlink('nowhere', path),
  '10 MB long': (path, line) => writeFile(path, `${line}\n${comment.repeat(tenMegabytes / comment.length)}`),
  binary: (path, line) => writeFile(path, Buffer.concat([noise(), Buffer.from(`\n${line}\n`), noise()])),
};
