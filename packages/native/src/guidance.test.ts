import { afterAll, expect, it } from 'vitest';
import type { NativeDirection, NativeUpstreams } from './binding.ts';
import { loadBinding } from './load.ts';

import { ipv4, startResponder } from './test-support/dns-responder.ts';
import { TestPort } from './test-support/port.mjs';

const binding = loadBinding();
const port = new TestPort(binding);
const first = await startResponder(() => [ipv4(192, 0, 2, 1)]);
const second = await startResponder(() => [ipv4(192, 0, 2, 2)]);
afterAll(() => Promise.all([first.close(), second.close()]));

const server = (at: number) => ({ protocol: 'udp', address: '127.0.0.1', port: at }) as const;

/** Upstream, outcome, flags and weight of each row. */
function rowsOf(samples: Uint8Array): number[][] {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  return Array.from({ length: samples.byteLength / 24 }, (_, row) => [
    view.getUint16(row * 24, true),
    view.getUint8(row * 24 + 2),
    view.getUint8(row * 24 + 3),
    view.getUint32(row * 24 + 12, true),
  ]);
}

it('an owner takes samples, gives directions and has upstreams probed', async () => {
  const handle = port.open(first.port, { fallback: [server(second.port)] });
  expect(JSON.parse(binding.upstreams(handle))).toMatchObject({ namespace: '', upstreams: [] });
  const asked = (name: string) => port.query(handle, name, 1);
  expect((await asked('one.example')).addresses).toEqual(['192.0.2.1']);

  const { namespace, upstreams } = JSON.parse(binding.upstreams(handle)) as NativeUpstreams;
  expect(upstreams.map(({ id, class: of }) => [id, of])).toEqual([
    [`udp://127.0.0.1:${first.port}`, 'primary'],
    [`udp://127.0.0.1:${second.port}`, 'fallback'],
  ]);
  expect(rowsOf(binding.takeSamples(handle))).toEqual([[0, 0, 0, 1]]);

  const direction: NativeDirection = {
    namespace,
    version: 1,
    order: [1, 0],
    down: [0],
    scores: [0, 1],
    fallbackLeads: true,
    racing: false,
    canary: null,
    shadow: null,
    selection: 'in-order',
    exploration: 0,
  };
  binding.direct(handle, JSON.stringify({ ...direction, namespace: 'of another' }));
  expect((await asked('two.example')).addresses).toEqual(['192.0.2.1']);
  binding.direct(handle, JSON.stringify(direction));
  expect((await asked('three.example')).addresses).toEqual(['192.0.2.2']);
  expect(rowsOf(binding.takeSamples(handle))).toEqual([
    [0, 0, 0, 1],
    [1, 0, 0, 1],
  ]);
  expect(() => binding.direct(handle, '{"speed":1}')).toThrow('version: a value is expected');

  const before = first.questions.length;
  binding.probe(handle, 0, 'one.example');
  await first.asked(before + 1);
  expect(first.questions.at(-1)).toEqual({ name: 'one.example', rtype: 1 });
  binding.close(handle);
});
