import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NativeEvent } from './binding.ts';
import { loadBinding } from './load.ts';
import { ipv4, type Responder, startResponder } from './test-support/dns-responder.ts';
import { TestPort } from './test-support/port.mjs';

const binding = loadBinding();
const directory = mkdtempSync(join(tmpdir(), 'resolver-events-'));
let server: Responder;

beforeAll(async () => {
  server = await startResponder(() => [ipv4(192, 0, 2, 1)]);
});

afterAll(async () => {
  rmSync(directory, { recursive: true });
  await server.close();
});

/** Lookups happen until `port` has been told `count` events: the machine is looked at while they do. */
async function told(port: TestPort, handle: number, count: number): Promise<readonly NativeEvent[]> {
  await expect
    .poll(
      () => {
        binding.poke(handle);
        return port.events.length;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThanOrEqual(count);
  return port.events;
}

it('tells who watches a file that a link leads elsewhere now', { timeout: 20_000 }, async () => {
  const port = new TestPort(binding);
  const handle = port.open(server.port, { namespace: 'events' });
  const bystander = new TestPort(binding);
  bystander.open(server.port, { namespace: 'events' });
  await port.lookup(handle, 'a.example', 1);
  const path = join(directory, 'config.json');
  for (const version of ['one', 'two']) writeFileSync(join(directory, version), '{}');
  symlinkSync('one', path);
  binding.watch(handle, path);
  symlinkSync('two', `${path}.new`);
  renameSync(`${path}.new`, path);
  expect(await told(port, handle, 1)).toEqual([{ event: 'file-changed', path }]);
  expect(bystander.events).toEqual([]);
  binding.watch(handle, undefined);
  binding.close(handle);
});

it('tells one port of a file that cannot be used', { timeout: 20_000 }, async () => {
  const ports = [new TestPort(binding), new TestPort(binding)];
  const hosts = join(directory, 'no-such-hosts');
  const handles = ports.map((port) => port.open(server.port, { namespace: 'warned', hosts }));
  const lookups = ports.map((port, index) => port.lookup(handles[index] ?? 0, 'b.example', 1));
  await Promise.all(lookups);
  const events = ports.flatMap((port) => port.events);
  expect(events).toEqual([{ event: 'warning', message: expect.stringContaining(hosts) }]);
  for (const handle of handles) binding.close(handle);
});
