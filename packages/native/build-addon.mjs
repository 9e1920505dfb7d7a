// Builds crates/resolver-node for this machine and puts the addon beside package.json, where the loader looks first.
// Needs dist/index.js, which knows the addon's name.

import { spawn } from 'node:child_process';
import { copyFile, rename, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { addonFile, hostTarget } from './dist/index.js';
import { rustcArguments } from './rustc-arguments.mjs';

const crate = 'resolver-node';
const root = fileURLToPath(new URL('../..', import.meta.url));

/** @returns {Promise<string>} the path of the shared library; cargo has printed its own complaints otherwise */
async function buildLibrary() {
  const cargo = spawn(
    'cargo',
    [
      'rustc',
      '--release',
      '--package',
      crate,
      '--message-format',
      'json-render-diagnostics',
      '--',
      ...rustcArguments(hostTarget()),
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const status = new Promise((resolve, reject) => {
    cargo.once('error', reject);
    cargo.once('close', resolve);
  });
  let library;
  for await (const line of createInterface({ input: cargo.stdout })) {
    const message = JSON.parse(line);
    if (message.reason !== 'compiler-artifact' || !message.target.kind.includes('cdylib')) continue;
    if (message.target.name === crate.replace('-', '_')) {
      library = message.filenames.find((name) => /\.(so|dylib|dll)$/.test(name));
    }
  }
  if ((await status) !== 0) throw new Error('cargo build failed');
  if (library === undefined) throw new Error(`cargo built no library of ${crate}`);
  return library;
}

const library = await buildLibrary();
const addon = fileURLToPath(addonFile(hostTarget()));
// A process that runs the addon keeps the file it has mapped: the new one takes the old one's name only.
const unfinished = `${addon}.${process.pid}`;
await copyFile(library, unfinished);
await rename(unfinished, addon);
process.stdout.write(`${addon.slice(root.length)}: ${(await stat(addon)).size} octets\n`);
