import { describe, expect, it } from 'vitest';
import { HealthState } from './health-state.ts';
import { nameFraction } from './name-fraction.ts';
import { Driver, fallback, primary } from './test-support/driver.ts';

/** A primary that leads and then falls silent, and a fallback that takes over. */
function failedOver(...fallbacks: string[]): Driver {
  const driver = new Driver([primary('p'), ...fallbacks.map((id) => fallback(id))]);
  driver.probing = ({ upstream }) =>
    upstream === 'p' ? { verdict: 'unreachable', elapsedMs: 1000 } : { verdict: 'healthy', elapsedMs: 30 };
  driver.samples(20, 100, 'p', 'noerror');
  for (let number = 0; number < 10; number++) driver.sample('p', 'timeout', 150);
  driver.pass(1000);
  return driver;
}

/** The primary answers again, and is given what the plan gives it. */
function recover(driver: Driver, seconds: number, roundTripMs = 25): void {
  driver.probing = () => ({ verdict: 'healthy', elapsedMs: roundTripMs });
  for (let number = 0; number < seconds * 10; number++) {
    driver.pass(100);
    driver.sample('f', 'noerror', 30);
    const { canary, shadow, fallbackLeads } = driver.plan;
    const given = !fallbackLeads || (canary !== undefined && number % Math.round(1 / canary.share) === 0);
    if (given || shadow === 'p') driver.sample('p', 'noerror', roundTripMs);
  }
}

describe('failover', () => {
  it('comes after a second of silence, to the fallback', () => {
    const driver = failedOver('f');
    expect(driver.takeEvents()).toEqual(['down', 'failover', 'lead']);
    expect(driver.plan).toMatchObject({ state: 'failed-over', fallbackLeads: true, racing: false });
    expect(driver.plan.upstreams.map(({ id, condition }) => [id, condition])).toEqual([
      ['f', 'up'],
      ['p', 'down'],
    ]);
  });

  it('goes to another primary first', () => {
    const driver = new Driver([primary('a'), primary('b'), fallback('f')]);
    for (let number = 0; number < 5; number++) driver.sample('a', 'timeout', 150);
    driver.pass(1000);
    expect(driver.plan).toMatchObject({ state: 'primary', fallbackLeads: false });
    expect(driver.plan.upstreams.map(({ id }) => id)).toEqual(['b', 'a', 'f']);
    expect(driver.events).toContainEqual({
      type: 'lead',
      from: 'a',
      to: 'b',
      reason: 'down',
      atMs: driver.now - 150,
    });
  });

  it('does not happen without a fallback', () => {
    const driver = failedOver();
    expect(driver.plan).toMatchObject({ state: 'primary', preconnect: false });
    expect(driver.lead).toBe('p');
  });

  it('never follows from denials', () => {
    const driver = new Driver([primary('p'), fallback('f')]);
    driver.samples(1000, 2, 'p', 'nxdomain');
    driver.samples(1000, 2, 'p', 'nodata');
    expect(driver.events).toEqual([]);
    expect(driver.plan.state).toBe('primary');
  });

  it('races all fallbacks, and the fastest acceptable answer leads', () => {
    const driver = failedOver('f', 'g', 'h');
    expect(driver.plan.racing).toBe(true);
    const denial = { upstream: 'h', outcome: 'nxdomain', elapsedMs: 5 } as const;
    const slow = { upstream: 'f', outcome: 'noerror', elapsedMs: 80 } as const;
    const fast = { upstream: 'g', outcome: 'noerror', elapsedMs: 40 } as const;
    const step = driver.state.record([denial, slow, fast], driver.now);
    expect(step.plan.racing).toBe(false);
    expect(step.plan.upstreams[0]?.id).toBe('g');
    expect(step.events).toEqual([{ type: 'lead', from: 'f', to: 'g', reason: 'race', atMs: driver.now }]);
  });

  it('ends the race after ten seconds without an acceptable answer', () => {
    const driver = failedOver('f', 'g');
    driver.pass(10_000);
    expect(driver.plan.racing).toBe(false);
  });

  it('goes on to the next fallback when one fails', () => {
    const driver = failedOver('f', 'g');
    driver.sample('f', 'noerror', 40);
    expect(driver.lead).toBe('f');
    for (let number = 0; number < 5; number++) driver.sample('f', 'tls', 10);
    driver.pass(1000);
    expect(driver.lead).toBe('g');
  });

  it('leaves the lead where it is when everything is down', () => {
    const driver = failedOver('f');
    driver.takeEvents();
    driver.probing = () => ({ verdict: 'unreachable', elapsedMs: 1000 });
    for (let number = 0; number < 5; number++) driver.sample('f', 'timeout', 150);
    driver.pass(60_000);
    expect(driver.takeEvents('lead', 'failover', 'switchback')).toEqual([]);
    expect(driver.lead).toBe('f');
  });

  it('opens connections to the fallback class while a primary looks ill', () => {
    const driver = new Driver([primary('p'), fallback('f')]);
    driver.sample('p', 'noerror');
    expect(driver.plan.preconnect).toBe(false);
    driver.sample('p', 'timeout');
    expect(driver.plan.preconnect).toBe(true);
    driver.sample('p', 'noerror');
    driver.pass(59_000);
    expect(driver.plan.preconnect).toBe(true);
    driver.pass(2000);
    expect(driver.plan.preconnect).toBe(false);
  });
});

describe('switch-back', () => {
  it('goes through prepare, canary and ramp to full', () => {
    const driver = failedOver('f');
    driver.takeEvents();
    recover(driver, 120);
    const steps = driver.events.filter(({ type }) => type !== 'lead');
    expect(steps.map((event) => [event.type, 'share' in event ? event.share : undefined])).toEqual([
      ['up', undefined],
      ['prepare', 0],
      ['canary', 0.05],
      ['ramp', 0.25],
      ['ramp', 0.5],
      ['switchback', undefined],
    ]);
    expect(steps.at(-1)).toMatchObject({ upstream: 'p', from: 'f', hotReset: true });
    const at = (type: string): number => steps.find((event) => event.type === type)?.atMs ?? Number.NaN;
    expect(at('ramp') - at('canary')).toBeGreaterThanOrEqual(30_000);
    expect(at('switchback') - at('ramp')).toBeGreaterThanOrEqual(20_000);
    expect(driver.lead).toBe('p');
    expect(driver.plan).toMatchObject({ state: 'full', fallbackLeads: false });
    recover(driver, 600);
    expect(driver.plan.state).toBe('primary');
  });

  it('keeps each name where it is while the share grows', () => {
    const driver = failedOver('f');
    const shares = new Set<number>();
    for (let second = 0; second < 120; second++) {
      recover(driver, 1);
      shares.add(driver.plan.canary?.share ?? 0);
    }
    expect([...shares]).toEqual([0, 0.05, 0.25, 0.5]);
    const names = Array.from({ length: 500 }, (_, index) => `host-${index}.example`);
    const inside = (share: number) => names.filter((name) => nameFraction(name) < share);
    for (const name of inside(0.05)) expect(inside(0.25)).toContain(name);
  });

  it('takes twenty samples, with shadow queries where there is little traffic', () => {
    const driver = failedOver('f');
    driver.probing = () => ({ verdict: 'healthy', elapsedMs: 25 });
    let shadows = 0;
    while (driver.plan.state !== 'ramp') {
      driver.pass(2000);
      driver.sample('f', 'noerror', 30);
      if (driver.plan.shadow === 'p') {
        driver.sample('p', 'noerror', 25);
        shadows++;
      }
      if (driver.now > 300_000) break;
    }
    expect(driver.plan.state).toBe('ramp');
    expect(shadows).toBeGreaterThanOrEqual(15);
    expect(shadows).toBeLessThanOrEqual(20);
  });

  it('copies no more queries than it needs', () => {
    const driver = failedOver('f');
    recover(driver, 60);
    driver.takeEvents();
    const { canary, shadow } = driver.plan;
    expect(canary?.share).toBeGreaterThan(0);
    expect(shadow).toBeUndefined();
  });

  it('waits while the primary is more than 50 ms slower', () => {
    const driver = failedOver('f');
    recover(driver, 120, 90);
    expect(driver.plan.state).toBe('prepare');
    recover(driver, 60, 40);
    expect(['canary', 'ramp']).toContain(driver.plan.state);
  });

  it('falls back on three failures, with a hold-down that doubles', () => {
    const driver = failedOver('f');
    const heldDown: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      driver.takeEvents();
      while (driver.plan.state !== 'canary') recover(driver, 1);
      for (let number = 0; number < 3; number++) driver.sample('p', 'servfail');
      const failed = driver.events.find((event) => event.type === 'switch-back-failed');
      expect(failed).toBeDefined();
      heldDown.push((failed?.heldDownUntilMs ?? 0) - driver.now);
      expect(driver.plan).toMatchObject({ state: 'failed-over', canary: undefined });
      expect(driver.lead).toBe('f');
    }
    expect(heldDown).toEqual([30_000, 60_000, 120_000]);
  });

  it('forgives failures that the incumbent has too', () => {
    const driver = failedOver('f');
    while (driver.plan.state !== 'canary') recover(driver, 1);
    for (let number = 0; number < 400; number++)
      driver.sample('p', number % 100 === 0 ? 'servfail' : 'noerror');
    expect(driver.plan.state).toBe('canary');
  });

  it('waits for a minute to have passed since the failover', () => {
    const driver = failedOver('f');
    const failedAt = driver.now;
    recover(driver, 120);
    const back = driver.events.find(({ type }) => type === 'switchback');
    expect((back?.atMs ?? 0) - failedAt).toBeGreaterThanOrEqual(59_000);
  });

  it('happens at once when the fallback fails and the primary answers', () => {
    const driver = failedOver('f');
    while (driver.plan.state !== 'canary') recover(driver, 1);
    driver.takeEvents();
    for (let number = 0; number < 5; number++) driver.sample('f', 'timeout', 150);
    driver.pass(1000);
    expect(driver.takeEvents('down', 'lead', 'switchback')).toEqual(['down', 'switchback', 'lead']);
    expect(driver.lead).toBe('p');
  });

  it('makes who fails again while it is watched wait longer', () => {
    const driver = failedOver('f');
    recover(driver, 120);
    expect(driver.plan.state).toBe('full');
    for (let number = 0; number < 5; number++) driver.sample('p', 'timeout', 150);
    driver.pass(1000);
    expect(driver.plan.state).toBe('failed-over');
    const failedAt = driver.now;
    driver.takeEvents();
    recover(driver, 60);
    const prepared = driver.events.find(({ type }) => type === 'prepare');
    expect((prepared?.atMs ?? 0) - failedAt).toBeGreaterThanOrEqual(29_000);
  });
});

describe('a pool', () => {
  const pool = () => new Driver([primary('a'), primary('b')], { ordered: false });

  it('is led by who is better by the margin, once in a minute', () => {
    const driver = pool();
    const changes: number[] = [];
    for (let number = 0; number < 3000; number++) {
      driver.pass(100);
      const first = Math.floor(driver.now / 35_000) % 2 === 0;
      driver.sample('a', 'noerror', first ? 20 : 400);
      driver.sample('b', 'noerror', first ? 400 : 20);
    }
    for (const event of driver.events) {
      if (event.type === 'lead') changes.push(event.atMs);
    }
    expect(changes.length).toBeGreaterThan(1);
    for (const [index, at] of changes.entries()) {
      expect(at - (changes[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(60_000);
    }
  });

  it('does not change its order for less than the margin', () => {
    const driver = pool();
    for (let number = 0; number < 1000; number++) {
      driver.pass(100);
      driver.sample('a', 'noerror', 40);
      driver.sample('b', 'noerror', 30);
    }
    expect(driver.events).toEqual([]);
  });

  it('is not reordered where it is an ordered list', () => {
    const driver = new Driver([primary('a'), primary('b')]);
    for (let number = 0; number < 1000; number++) {
      driver.pass(100);
      driver.sample('a', 'noerror', 400);
      driver.sample('b', 'noerror', 10);
    }
    expect(driver.lead).toBe('a');
  });
});

describe('an ordered list', () => {
  it('is led by its first again a minute after that had failed', () => {
    const driver = new Driver([primary('a'), primary('b')]);
    for (let number = 0; number < 5; number++) driver.sample('a', 'timeout', 150);
    driver.pass(1000);
    expect(driver.lead).toBe('b');
    const failedAt = driver.now;
    for (let number = 0; number < 100; number++) {
      driver.pass(1000);
      driver.sample('b', 'noerror');
    }
    const back = driver.events.find((event) => event.type === 'lead' && event.to === 'a');
    expect(back).toMatchObject({ reason: 'ranking' });
    expect((back?.atMs ?? 0) - failedAt).toBeGreaterThanOrEqual(59_000);
  });
});

describe('probes', () => {
  it('go to upstreams that are idle for ten seconds, and to no others', () => {
    const driver = new Driver([primary('p'), fallback('f')]);
    driver.samples(550, 100, 'p', 'noerror');
    expect(driver.probes.map(({ upstream }) => upstream)).not.toContain('p');
    expect(driver.probes.length).toBeGreaterThanOrEqual(4);
    expect(driver.probes.length).toBeLessThanOrEqual(6);
    for (const { levels } of driver.probes) expect(levels).toEqual(['query']);
  });

  it('look at the transport first where the last failed', () => {
    const driver = new Driver([primary('p'), fallback('f')]);
    driver.probing = () => ({ verdict: 'unreachable', elapsedMs: 3000 });
    driver.samples(500, 100, 'p', 'noerror');
    const [first, second] = driver.probes;
    expect(first?.levels).toEqual(['query']);
    expect(second?.levels).toEqual(['head', 'query']);
    expect(driver.events).toContainEqual(
      expect.objectContaining({ type: 'down', upstream: 'f', reason: 'probes' }),
    );
  });

  it('end with the queries: a resolver at rest wakes nobody', () => {
    const driver = failedOver('f');
    driver.pass(70_000);
    const [probes, wakes] = [driver.probes.length, driver.wakes];
    driver.pass(86_400_000);
    expect(driver.probes.length).toBe(probes);
    expect(driver.wakes - wakes).toBeLessThan(5);
    driver.sample('f', 'noerror');
    driver.pass(1);
    expect(driver.probes.length).toBeGreaterThan(probes);
  });

  it('are made again where a result never comes', () => {
    const driver = new Driver([primary('p'), fallback('f')]);
    driver.probing = () => undefined;
    driver.samples(500, 100, 'p', 'noerror');
    expect(driver.probes.length).toBeGreaterThanOrEqual(2);
  });
});

describe('suspicion', () => {
  it('is passed on, and keeps the suspect from leading', () => {
    const driver = new Driver([primary('a'), primary('b')]);
    const step = driver.suspected('a', true);
    expect(step.events).toEqual([{ type: 'suspect', upstream: 'a', atMs: 0 }]);
    expect(step.plan.upstreams.map(({ id, condition }) => [id, condition])).toEqual([
      ['a', 'suspect'],
      ['b', 'up'],
    ]);
    expect(driver.suspected('a', true).changed).toBe(false);
  });

  it('ends with the next answer', () => {
    const driver = new Driver([primary('a'), primary('b')]);
    driver.suspected('a', true);
    driver.sample('a', 'timeout', 150);
    expect(driver.plan.upstreams[0]?.condition).toBe('suspect');
    driver.sample('a', 'servfail');
    expect(driver.plan.upstreams[0]?.condition).toBe('up');
    expect(driver.takeEvents()).toEqual(['suspect', 'cleared']);
  });
});

describe('a plan', () => {
  it('keeps its version while nothing in it changes', () => {
    const driver = new Driver([primary('a')]);
    driver.samples(20, 100, 'a', 'noerror');
    const { version } = driver.plan;
    driver.samples(70, 100, 'a', 'noerror');
    expect(driver.plan.version).toBe(version);
    driver.suspected('a', true);
    expect(driver.plan.version).toBe(version + 1);
  });

  it('has timings that follow the first answers, then each sort', () => {
    const driver = new Driver([primary('a')]);
    expect(driver.plan.upstreams[0]).toMatchObject({ attemptTimeoutMs: 1000, hedgeDelayMs: 250 });
    driver.sample('a', 'noerror', 80);
    expect(driver.plan.upstreams[0]).toMatchObject({ attemptTimeoutMs: 240, hedgeDelayMs: 80 });
    driver.samples(99, 100, 'a', 'noerror', 20);
    expect(driver.plan.upstreams[0]).toMatchObject({ attemptTimeoutMs: 240, hedgeDelayMs: 80 });
    driver.pass(200);
    expect(driver.plan.upstreams[0]).toMatchObject({ attemptTimeoutMs: 150, hedgeDelayMs: 30 });
  });
});

it('forgets what it measured when the network is another one', () => {
  const driver = failedOver('f');
  const step = driver.state.networkChanged(driver.now);
  expect(step.plan).toMatchObject({ state: 'primary', preconnect: false });
  expect(step.plan.upstreams[0]).toMatchObject({ id: 'p', condition: 'up', attemptTimeoutMs: 1000 });
  expect(step.events).toEqual([{ type: 'lead', from: 'f', to: 'p', reason: 'network', atMs: driver.now }]);
});

it('reports each upstream', () => {
  const driver = failedOver('f');
  const [f, p] = driver.state.report();
  expect(f).toMatchObject({ id: 'f', class: 'fallback', state: 'healthy', downReason: undefined });
  expect(p).toMatchObject({ id: 'p', condition: 'down', state: 'down', downReason: 'silence', p95Ms: 20 });
  expect(p?.successRate).toBeCloseTo(2 / 3, 1);
  driver.suspected('f', true);
  expect(driver.state.report()[0]?.state).toBe('degraded');
});

it('refuses upstreams that it cannot tell apart, and a list without a primary', () => {
  const options = { ordered: true, random: () => 0, nowMs: 0 };
  expect(() => new HealthState({ ...options, upstreams: [primary('p'), fallback('p')] })).toThrow(RangeError);
  expect(() => new HealthState({ ...options, upstreams: [fallback('f')] })).toThrow(RangeError);
});
