import { expect, it, vi } from 'vitest';
import { readOptions } from '../configuration/options.ts';
import { LegOutcome } from '../legs/outcome.ts';
import { NativeHandle } from '../native/native-handle.ts';
import { fakeSurroundings } from '../test-support/fake-resolver.ts';
import { ENCRYPTED, GuidanceStage, PRIMARY } from '../test-support/guidance-stage.ts';

// Only some versions of Node have a permission for the network, which a program can drop.
const permission = vi.hoisted(() => ({ isDenied: false }));
vi.mock('../runtime/permission.ts', () => ({ isNetworkDenied: () => permission.isDenied }));

it('nobody is probed or connected to once the permission is dropped', async () => {
  const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED] });
  const handle = await stage.guided();
  stage.silence(handle, 0);
  stage.clock.advance(1000);
  expect(stage.takeEvents()).toContain('failover');
  stage.clock.advance(60_000);
  const { length } = stage.binding.probes;
  expect(length).toBeGreaterThan(0);
  permission.isDenied = true;
  stage.clock.advance(600_000);
  expect(stage.binding.probes).toHaveLength(length);
});

it('a leg goes to another thread then, which may have the permission', () => {
  permission.isDenied = true;
  const { surroundings, binding } = fakeSurroundings();
  const loadTransport = vi.fn<typeof surroundings.loadTransport>();
  const handle = new NativeHandle(readOptions({ servers: ['tls://192.0.2.53'] }), {
    ...surroundings,
    loadTransport,
  });
  binding.offerLeg(1, handle.id, 'tls://192.0.2.53', Uint8Array.of(1));
  expect(binding.legEndings).toMatchObject([{ leg: 1, outcome: LegOutcome.Local }]);
  expect(loadTransport).not.toHaveBeenCalled();
});
