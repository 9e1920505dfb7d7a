import * as health from '@doubao/resolver-health';
import { describe, expect, it } from 'vitest';
import { FakeBinding } from '../test-support/fake-binding.ts';
import { FakeClock } from '../test-support/fake-clock.ts';
import { composeSamples, Row } from '../test-support/compose-samples.ts';
import { FALLBACK, GuidanceStage, PRIMARY, SECOND, settled } from '../test-support/guidance-stage.ts';

const good = { upstream: 0, outcome: Row.NoError };

describe('what decides', () => {
  it('is loaded by the first samples, once, and reads what has gathered meanwhile', async () => {
    let loads = 0;
    let arrive = (_health: typeof health): void => undefined;
    const stage = new GuidanceStage({
      loadHealth: () => {
        loads++;
        return new Promise((resolve) => {
          arrive = resolve;
        });
      },
    });
    const handle = stage.open();
    expect(loads).toBe(0);
    stage.tell(handle, good);
    stage.tell(handle, good);
    expect(loads).toBe(1);
    expect(stage.binding.samples.length).toBeGreaterThan(0);
    expect(stage.binding.directions).toEqual([]);
    arrive(health);
    await settled();
    expect(stage.binding.samples.length).toBe(0);
    expect(stage.direction).toMatchObject({ namespace: 'ab', version: 1, order: [0, 1] });
  });

  it('that cannot be loaded is warned of once, and no order changes', async () => {
    const stage = new GuidanceStage({ loadHealth: () => Promise.reject(new Error('no such package')) });
    const handle = stage.open();
    stage.tell(handle, good);
    await settled();
    stage.tell(handle, good);
    await settled();
    expect(stage.warnings).toEqual([expect.stringMatching(/^FAILOVER .*no such package$/)]);
    expect(stage.binding.directions).toEqual([]);
    expect(stage.guidance.statsOf(handle)).toBeNull();
  });

  it('is not asked about a single upstream, nor before the namespace is known', async () => {
    for (const namespace of ['ab', '']) {
      const stage = new GuidanceStage({ upstreams: [PRIMARY] });
      stage.number(namespace === '' ? [] : [PRIMARY], true, namespace);
      const handle = await stage.guided();
      expect(stage.binding.directions).toEqual([]);
      expect(stage.clock.timers.size).toBe(0);
      expect(stage.guidance.statsOf(handle)).toBeNull();
    }
  });

  it('has the rules of the preset', async () => {
    const stage = new GuidanceStage({ resolver: { preset: 'doubao-v1' } });
    const handle = await stage.guided();
    stage.tell(handle, { upstream: 0, outcome: Row.ServFail });
    expect(stage.direction).toMatchObject({ fallbackLeads: true, down: [0], exploration: 0 });
    const resilient = new GuidanceStage();
    resilient.tell(await resilient.guided(), { upstream: 0, outcome: Row.ServFail });
    expect(resilient.direction).toMatchObject({ fallbackLeads: false, down: [] });
  });
});

describe('a direction', () => {
  it('follows the plan: to the fallback class and, by the canary, back', async () => {
    const stage = new GuidanceStage();
    const handle = await stage.guided();
    stage.serve(handle, 2, () => good);
    stage.silence(handle, 0);
    stage.clock.advance(1000);
    expect(stage.direction).toMatchObject({ order: [1, 0], down: [0], fallbackLeads: true });
    expect(stage.takeEvents()).toEqual(['down', 'failover', 'lead']);

    const shares = new Set<number | undefined>();
    for (let second = 0; second < 240 && stage.direction.fallbackLeads; second++) {
      stage.serve(handle, 1, () => ({ ...good, upstream: 1 }));
      const { canary } = stage.direction;
      shares.add(canary?.share);
      if (canary !== null) stage.tell(handle, good);
      for (const { upstream } of stage.binding.probes.splice(0))
        stage.tell(handle, { ...good, upstream, flags: 2 });
    }
    expect([...shares]).toEqual([undefined, 0.05, 0.25, 0.5]);
    expect(stage.direction).toMatchObject({ order: [0, 1], down: [], fallbackLeads: false, canary: null });
    const happened = stage.takeEvents().filter((type) => type !== 'probe');
    expect(happened).toEqual(['up', 'prepare', 'canary', 'ramp', 'ramp', 'switchback', 'lead']);
    expect(stage.guidance.statsOf(handle)).toMatchObject({
      state: 'full',
      lead: PRIMARY.id,
      failovers: 1,
      switchbacks: 1,
      failedSwitchbacks: 0,
      leadChanges: 2,
      version: stage.direction.version,
    });
  });

  it('is told only if it is another one', async () => {
    const stage = new GuidanceStage({ upstreams: [PRIMARY, SECOND], ordered: false });
    const handle = await stage.guided();
    stage.serve(handle, 9, () => good);
    expect(stage.binding.directions).toHaveLength(1);
    stage.serve(handle, 60, () => good);
    // Scores change at each sort at most, and soon do not any more.
    expect(stage.binding.directions.length).toBeLessThan(4);
    const versions = stage.binding.directions.map(
      (text) => (JSON.parse(text) as { version: number }).version,
    );
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });

  it('is not judged by what had not happened yet', async () => {
    const stage = new GuidanceStage();
    const handle = await stage.guided();
    // The event loop was blocked: the silence was over before anybody could read of it.
    stage.clock.block(4000);
    const timeouts = [1, 2, 3].map((name) => ({
      upstream: 0,
      outcome: Row.Timeout,
      elapsedMs: 400,
      name,
      ageMs: 3200,
    }));
    stage.tell(
      handle,
      ...timeouts,
      { upstream: 0, outcome: Row.Suspect, ageMs: 3100 },
      { ...good, ageMs: 3000 },
      { upstream: 0, outcome: Row.Cleared, ageMs: 2999 },
    );
    expect(stage.takeEvents()).toEqual(['suspect', 'cleared']);
    expect(stage.direction).toMatchObject({ fallbackLeads: false });
  });

  it('is not judged before the samples that wait are read', async () => {
    const stage = new GuidanceStage();
    const handle = await stage.guided();
    stage.silence(handle, 0, 500);
    stage.binding.samples = composeSamples([good]);
    // The timer comes before the news.
    stage.clock.advance(1000);
    expect(stage.takeEvents()).toEqual([]);
  });

  it('begins anew with other servers, and with another network', async () => {
    const stage = new GuidanceStage();
    const handle = await stage.guided();
    stage.silence(handle, 0);
    stage.clock.advance(1000);
    expect(stage.direction.fallbackLeads).toBe(true);
    stage.binding.tell({ event: 'network-changed' });
    expect(stage.direction).toMatchObject({ fallbackLeads: false, down: [] });

    stage.silence(handle, 0);
    stage.clock.advance(1000);
    expect(stage.direction.fallbackLeads).toBe(true);
    stage.number([SECOND, FALLBACK], true, 'cd');
    stage.tell(handle, good);
    expect(stage.direction).toMatchObject({ namespace: 'cd', version: 1, fallbackLeads: false });
    expect(stage.guidance.statsOf(handle)).toMatchObject({ lead: SECOND.id });
    expect(stage.clock.timers.size).toBeLessThanOrEqual(1);
  });
});

describe('timers', () => {
  it('hold no process, are one at a time, and rest with the queries', async () => {
    const stage = new GuidanceStage();
    const handle = await stage.guided();
    stage.silence(handle, 0);
    stage.clock.advance(1000);
    for (let number = 0; number < 50; number++) {
      stage.clock.advance(100);
      stage.tell(handle, { ...good, upstream: 1 });
      expect([...stage.clock.timers].map(({ holdsProcess }) => holdsProcess)).toEqual([false]);
    }
    stage.clock.advance(70_000);
    const { probes } = stage.binding;
    const before = probes.length;
    stage.clock.advance(3_600_000);
    expect(probes.length).toBe(before);
    expect(stage.clock.timers.size).toBe(0);
  });

  it('end with the last resolver; what was decided stays', async () => {
    const stage = new GuidanceStage();
    const first = await stage.guided();
    const second = stage.open();
    stage.silence(first, 0);
    stage.clock.advance(1000);
    const told = stage.binding.directions.length;
    const { version } = stage.direction;
    expect(stage.guidance.statsOf(second)).toMatchObject({ state: 'failed-over' });
    first.close();
    expect(stage.guidance.statsOf(second)).toMatchObject({ state: 'failed-over', version });
    stage.tell(second, { ...good, upstream: 1 });
    expect(stage.guidance.statsOf(second)).toMatchObject({ failovers: 1 });
    second.close();
    expect(stage.clock.timers.size).toBe(0);
    stage.tell(second, good);
    stage.binding.tell({ event: 'resumed' });
    expect(stage.binding.directions.length).toBe(told);
    expect(stage.direction.fallbackLeads).toBe(true);
  });
});

it('what a closed resolver was told of is read by another of its namespace', async () => {
  let arrive = (_health: typeof health): void => undefined;
  const loadHealth = (): Promise<typeof health> =>
    new Promise((resolve) => {
      arrive = resolve;
    });
  const stage = new GuidanceStage({ loadHealth });
  const first = stage.open();
  const second = stage.open();
  stage.tell(first, good);
  first.close();
  arrive(health);
  await settled();
  expect(stage.direction).toMatchObject({ version: 1 });
  stage.tell(first, good);
  expect(stage.binding.samples.length).toBe(0);
  second.close();
  stage.tell(second, good);
  expect(stage.clock.timers.size).toBe(0);
});

it('who becomes the owner goes on with the failover that is in force', async () => {
  const binding = new FakeBinding();
  const clock = new FakeClock();
  const before = new GuidanceStage({ binding, clock });
  const handle = await before.guided();
  before.silence(handle, 0);
  clock.advance(1000);
  handle.close();
  const { version } = before.direction;

  const after = new GuidanceStage({ binding, clock });
  const successor = after.open();
  after.tell(successor, { ...good, upstream: 1 });
  await settled();
  expect(after.direction).toMatchObject({
    version: version + 1,
    order: [1, 0],
    down: [0],
    fallbackLeads: true,
  });
  expect(after.takeEvents()).toEqual([]);
  after.serve(successor, 8, () => ({ ...good, upstream: 1 }));
  expect(after.direction.fallbackLeads).toBe(true);
  expect(after.guidance.statsOf(successor)).toMatchObject({ state: 'failed-over', failovers: 0 });
});

it('a refused suffix is told, also of a resolver about which nothing is decided', () => {
  const stage = new GuidanceStage({ upstreams: [FALLBACK] });
  const handle = stage.open();
  stage.binding.tell({ event: 'refused-suffix', handle: handle.id, suffix: 'corp' });
  expect(stage.events).toEqual([
    { type: 'refused-suffix', timeMs: stage.clock.wallMs(), namespace: 'ab', suffix: 'corp' },
  ]);
  handle.close();
  stage.binding.tell({ event: 'refused-suffix', handle: handle.id, suffix: 'lan' });
  expect(stage.events).toHaveLength(1);
});
