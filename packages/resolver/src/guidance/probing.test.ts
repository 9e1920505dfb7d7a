import { describe, expect, it } from 'vitest';
import type { EncryptedUpstreams } from './encrypted-probes.ts';
import { Row } from '../test-support/compose-samples.ts';
import {
  ENCRYPTED,
  FALLBACK,
  GuidanceStage,
  PRIMARY,
  settled,
  type StageOptions,
} from '../test-support/guidance-stage.ts';

const good = { upstream: 0, outcome: Row.NoError };

/** What was asked of servers over HTTPS, and what they say to it. */
class FakeEncrypted implements EncryptedUpstreams {
  readonly asked: string[] = [];
  downgraded = false;
  connected = true;
  head = { status: 501, contentType: 'text/plain' };
  answer: () => ReturnType<EncryptedUpstreams['probeQuery']> = () =>
    Promise.resolve({ matches: true, rcode: 3, elapsedMs: 12 });

  probeHead(): ReturnType<EncryptedUpstreams['probeHead']> {
    this.asked.push('head');
    return Promise.resolve({ http: this.head, elapsedMs: 9 });
  }

  probeQuery(_url: string, name: string): ReturnType<EncryptedUpstreams['probeQuery']> {
    this.asked.push(name.slice(name.indexOf('.') + 1));
    return this.answer();
  }

  open(url: string): Promise<void> {
    this.asked.push(`open ${url}`);
    return Promise.reject(new Error('no route'));
  }

  isConnected(): boolean {
    return this.connected;
  }

  isDowngraded(): boolean {
    return this.downgraded;
  }
}

async function failedOver(options: StageOptions) {
  const stage = new GuidanceStage(options);
  const handle = await stage.guided();
  stage.silence(handle, 0);
  stage.clock.advance(1000);
  expect(stage.direction.fallbackLeads).toBe(true);
  return { stage, handle };
}

describe('a plain upstream', () => {
  it('that is up is never probed', async () => {
    const stage = new GuidanceStage();
    const handle = await stage.guided();
    stage.serve(handle, 60, () => good);
    expect(stage.binding.probes).toEqual([]);
  });

  it('that is down is probed by the addon, below the domains that it is asked for', async () => {
    const { stage, handle } = await failedOver({});
    stage.binding.popular = [{ name: 'db.corp.test', weight: 100, lastUsedMs: 0 }];
    stage.serve(handle, 13, () => ({ ...good, upstream: 1 }));
    expect(stage.binding.probes).toEqual([
      { handle: handle.id, upstream: 0, name: expect.stringMatching(/^[0-9a-f]{16}\.corp\.test$/) },
    ]);
  });

  it('of strangers is told nothing of these', async () => {
    const { stage, handle } = await failedOver({ upstreams: [{ ...PRIMARY, public: true }, FALLBACK] });
    stage.binding.popular = [{ name: 'db.corp.test', weight: 100, lastUsedMs: 0 }];
    stage.serve(handle, 13, () => ({ ...good, upstream: 1 }));
    expect(stage.binding.probes.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}\.resolver\.arpa$/),
    ]);
  });

  it('is not asked about what has a route of its own', async () => {
    const resolver = { routes: { 'corp.test': ['10.0.0.9'] } };
    const { stage, handle } = await failedOver({ resolver });
    stage.binding.popular = ['db.corp.test', 'corp.test', 'www.notcorp.test'].map((name) => ({
      name,
      weight: 100,
      lastUsedMs: 0,
    }));
    stage.serve(handle, 60, () => ({ ...good, upstream: 1 }));
    const domains = stage.binding.probes.map(({ name }) => name.slice(name.indexOf('.') + 1));
    expect(new Set(domains)).toEqual(new Set(['notcorp.test']));
  });

  it('is up after two answers, of which a refusal is one, since it was only silent', async () => {
    const { stage, handle } = await failedOver({});
    stage.takeEvents();
    for (let second = 0; second < 60; second++) {
      stage.serve(handle, 1, () => ({ ...good, upstream: 1 }));
      for (const { upstream } of stage.binding.probes.splice(0)) {
        stage.tell(handle, { upstream, outcome: Row.Refused, flags: 2, elapsedMs: 7 });
      }
    }
    const probe = stage.events.find(({ type }) => type === 'probe');
    expect(probe).toMatchObject({ upstream: PRIMARY.id, level: 'query', verdict: 'healthy', elapsedMs: 7 });
    expect(stage.takeEvents().slice(0, 4)).toEqual(['probe', 'probe', 'up', 'prepare']);
  });

  it('that was down for its errors is not up for another', async () => {
    const stage = new GuidanceStage({ resolver: { preset: 'doubao-v1' } });
    const handle = await stage.guided();
    stage.tell(handle, { upstream: 0, outcome: Row.ServFail });
    for (let second = 0; second < 60; second++) {
      stage.serve(handle, 1, () => ({ ...good, upstream: 1 }));
      for (const { upstream } of stage.binding.probes.splice(0)) {
        stage.tell(handle, { upstream, outcome: Row.Refused, flags: 2 });
      }
    }
    expect(stage.guidance.statsOf(handle)).toMatchObject({
      state: 'failed-over',
      lead: FALLBACK.id,
      upstreams: [{ state: 'healthy' }, { state: 'down', downReason: 'errors' }],
    });
  });
});

describe('an encrypted upstream', () => {
  it('is probed when it was not asked for ten seconds, while the resolver is in use', async () => {
    const encrypted = new FakeEncrypted();
    const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED], encrypted });
    const handle = await stage.guided();
    for (let second = 0; second < 36; second++) {
      stage.serve(handle, 1, () => good);
      await settled();
    }
    expect(encrypted.asked).toEqual(['resolver.arpa', 'resolver.arpa', 'resolver.arpa']);
    expect(stage.events).toContainEqual({
      type: 'probe',
      timeMs: expect.any(Number),
      namespace: 'ab',
      upstream: ENCRYPTED.id,
      level: 'query',
      verdict: 'healthy',
      elapsedMs: 12,
    });
    stage.clock.advance(70_000);
    await settled();
    const { length } = encrypted.asked;
    stage.clock.advance(3_600_000);
    await settled();
    expect(encrypted.asked).toHaveLength(length);
    expect(stage.guidance.statsOf(handle)).toMatchObject({ probes: length });
  });

  it('that fails is down after three probes; the second looks at the transport first', async () => {
    const encrypted = new FakeEncrypted();
    encrypted.answer = () => Promise.resolve(undefined);
    const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED], encrypted });
    const handle = await stage.guided();
    for (let second = 0; second < 36; second++) {
      stage.serve(handle, 1, () => good);
      await settled();
    }
    expect(encrypted.asked).toEqual(['resolver.arpa', 'head', 'resolver.arpa', 'head', 'resolver.arpa']);
    expect(stage.direction).toMatchObject({ down: [1] });
    const verdicts = stage.events.flatMap((event) => (event.type === 'probe' ? [event.verdict] : []));
    expect(verdicts).toEqual(['unreachable', 'alive', 'unreachable', 'alive', 'unreachable']);
  });

  it('with preset doubao-v1 is healthy by HEAD alone, to the letter', async () => {
    const encrypted = new FakeEncrypted();
    const stage = new GuidanceStage({
      upstreams: [PRIMARY, ENCRYPTED],
      encrypted,
      resolver: { preset: 'doubao-v1' },
    });
    const handle = await stage.guided();
    for (let second = 0; second < 36; second++) {
      stage.serve(handle, 1, () => good);
      await settled();
    }
    expect(encrypted.asked).toEqual(['head', 'head', 'head']);
    expect(stage.direction).toMatchObject({ down: [1] });
    const verdicts = stage.events.flatMap((event) => (event.type === 'probe' ? [event.verdict] : []));
    expect(new Set(verdicts)).toEqual(new Set(['unhealthy']));
  });

  it('is asked a query where it speaks TLS for want of HTTPS', async () => {
    const encrypted = new FakeEncrypted();
    encrypted.downgraded = true;
    const resolver = { preset: 'doubao-v1' } as const;
    const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED], encrypted, resolver });
    const handle = await stage.guided();
    for (let second = 0; second < 36; second++) {
      stage.serve(handle, 1, () => good);
      await settled();
    }
    expect(encrypted.asked).toEqual(['resolver.arpa', 'resolver.arpa', 'resolver.arpa']);
    expect(stage.direction).toMatchObject({ down: [] });
  });

  it('about which a probe says nothing stays as it is', async () => {
    const encrypted = new FakeEncrypted();
    encrypted.answer = () => Promise.reject(new Error('busy'));
    const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED], encrypted });
    const handle = await stage.guided();
    for (let second = 0; second < 60; second++) {
      stage.serve(handle, 1, () => good);
      await settled();
    }
    expect(encrypted.asked.length).toBeGreaterThanOrEqual(4);
    expect(stage.direction).toMatchObject({ down: [] });
  });

  it('is connected to as soon as a primary looks ill', async () => {
    const encrypted = new FakeEncrypted();
    const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED], encrypted });
    const handle = await stage.guided();
    stage.tell(handle, { upstream: 0, outcome: Row.Suspect });
    expect(encrypted.asked).toEqual([`open ${ENCRYPTED.id}`]);
    stage.tell(handle, { upstream: 0, outcome: Row.Timeout, elapsedMs: 150 });
    expect(encrypted.asked).toHaveLength(1);
  });

  it('leads again with preset doubao-v1 only when it is connected to', async () => {
    const encrypted = new FakeEncrypted();
    encrypted.head = { status: 200, contentType: 'application/dns-message' };
    encrypted.connected = false;
    const stage = new GuidanceStage({
      upstreams: [{ ...ENCRYPTED, class: 'primary' }, FALLBACK],
      encrypted,
      resolver: { preset: 'doubao-v1', health: { probeInterval: 500, canary: 1000 } },
    });
    const handle = await stage.guided();
    stage.tell(handle, { upstream: 0, outcome: Row.ServFail });
    const serve = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        stage.serve(handle, 1, () => ({ ...good, upstream: 1 }));
        await settled();
      }
    };
    await serve(20);
    expect(stage.guidance.statsOf(handle)?.state).toBe('ramp');
    encrypted.connected = true;
    await serve(60);
    expect(stage.guidance.statsOf(handle)?.state).toBe('full');
  });

  it('whose result comes after the resolver was closed changes nothing', async () => {
    const encrypted = new FakeEncrypted();
    let arrive = (): void => undefined;
    encrypted.answer = () =>
      new Promise((resolve) => {
        arrive = () => resolve(undefined);
      });
    const stage = new GuidanceStage({ upstreams: [PRIMARY, ENCRYPTED], encrypted });
    const handle = await stage.guided();
    stage.serve(handle, 13, () => good);
    expect(encrypted.asked).toHaveLength(1);
    handle.close();
    const told = stage.binding.directions.length;
    arrive();
    await settled();
    expect(stage.binding.directions).toHaveLength(told);
    expect(stage.clock.timers.size).toBe(0);
  });
});

it('however long the interval of probes is, no timer is set for longer than Node can', async () => {
  const probeInterval = 0x7fff_ffff;
  for (let seed = 1; seed <= 10; seed++) {
    const stage = new GuidanceStage({
      upstreams: [PRIMARY, ENCRYPTED],
      resolver: { health: { probeInterval } },
      seed,
    });
    await stage.guided();
    // Until they are sorted.
    stage.clock.advance(10_000);
    const delays = [...stage.clock.timers].map(({ at }) => at - stage.clock.monotonicMs());
    expect(delays).toHaveLength(1);
    expect(delays[0]).toBeLessThanOrEqual(0x7fff_ffff);
  }
});
