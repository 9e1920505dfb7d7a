// Builds the relay and copies it to dist, where src/relay.ts looks for it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const relayFolder = fileURLToPath(new URL('../relay', import.meta.url));
const dist = fileURLToPath(new URL('../dist', import.meta.url));

const cargo = spawn('cargo', ['build', '--release', '--quiet', '--message-format=json-render-diagnostics'], {
  cwd: relayFolder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(cargo, 'close');
let executable;
// Cargo itself says where it put the binary: that depends on its configuration.
for await (const line of createInterface({ input: cargo.stdout })) {
  const message = JSON.parse(line);
  if (message.reason === 'compiler-artifact' && message.executable) executable = message.executable;
}
const [status] = await ended;
if (status !== 0 || executable === undefined) process.exit(status || 1);

await mkdir(dist, { recursive: true });
const target = join(dist, basename(executable));
// A running relay keeps the old file; copying onto it would fail.
await copyFile(executable, `${target}.new`);
await rename(`${target}.new`, target);
