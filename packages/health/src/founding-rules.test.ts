/** The rules of the founding design that concern health, one test each, with preset `doubao-v1`. */
import { describe, expect, it } from 'vitest';
import { FIXED_TIMEOUT } from './attempt-timing.ts';
import { judgeHeadStrictly } from './probe-judgement.ts';
import { DOUBAO_V1 } from './policy.ts';
import { SCORE_WINDOW } from './sample-window.ts';
import { Driver, fallback, primary } from './test-support/driver.ts';

const upstreams = [primary('p'), fallback('cloudflare'), fallback('quad9')];
const driverOf = (of = upstreams) => new Driver(of, { policy: DOUBAO_V1, ordered: false });

/** Failed over to `cloudflare`; the primary answers no probe. */
function failedOver(): Driver {
  const driver = driverOf();
  driver.probing = ({ upstream }) =>
    upstream === 'p' ? { verdict: 'unreachable', elapsedMs: 3000 } : { verdict: 'healthy', elapsedMs: 30 };
  for (let number = 0; number < 3; number++) driver.sample('p', 'timeout', 1001);
  driver.sample('cloudflare', 'noerror', 40);
  return driver;
}

/** Time in which the fallback is asked, and the primary for its share. */
function serve(driver: Driver, seconds: number): void {
  for (let number = 0; number < seconds * 10; number++) {
    driver.pass(100);
    driver.sample(driver.lead, 'noerror', 40);
  }
}

describe('primary down', () => {
  it('after 3 UDP timeouts of more than 1000 ms in a row', () => {
    const driver = driverOf();
    driver.sample('p', 'timeout', 1001);
    driver.sample('p', 'timeout', 1001);
    expect(driver.plan.state).toBe('primary');
    driver.sample('p', 'timeout', 1001);
    expect(driver.plan.state).toBe('failed-over');
  });

  it('not after shorter ones, nor with an answer in between', () => {
    const driver = driverOf();
    for (let number = 0; number < 10; number++) driver.sample('p', 'timeout', 999);
    for (let number = 0; number < 10; number++) {
      driver.sample('p', 'timeout', 1001);
      driver.sample('p', 'timeout', 1001);
      driver.sample('p', 'nxdomain');
    }
    expect(driver.takeEvents()).toEqual([]);
  });

  it('after one SERVFAIL', () => {
    const driver = driverOf();
    driver.sample('p', 'noerror');
    driver.sample('p', 'servfail');
    expect(driver.takeEvents('down', 'failover')).toEqual(['down', 'failover']);
  });

  it('waits 1000 ms for each attempt, and neither hedges nor suspects', () => {
    expect(driverOf().plan).toMatchObject({ hedging: undefined, suspicion: false, exploration: 0 });
    expect(DOUBAO_V1.attemptTimeout).toBe(FIXED_TIMEOUT);
    expect(FIXED_TIMEOUT.leastMs).toBe(1000);
  });

  it('while DoH is connected beforehand', () => {
    const driver = driverOf();
    driver.sample('p', 'timeout', 1001);
    expect(driver.plan).toMatchObject({ state: 'primary', preconnect: true });
  });

  it('all DoH endpoints are tried at once, and the lowest latency leads', () => {
    const driver = driverOf();
    driver.sample('p', 'servfail');
    expect(driver.plan.racing).toBe(true);
    const answers = [
      { upstream: 'cloudflare', outcome: 'noerror', elapsedMs: 60 },
      { upstream: 'quad9', outcome: 'noerror', elapsedMs: 35 },
    ] as const;
    expect(driver.state.record(answers, driver.now).plan.upstreams[0]?.id).toBe('quad9');
  });
});

describe('score', () => {
  it('0.7 · success + 0.3 · latency term, over 60 s and 50 samples', () => {
    expect(SCORE_WINDOW).toEqual({ ageMs: 60_000, samples: 50 });
    const driver = driverOf([primary('p')]);
    driver.samples(45, 100, 'p', 'noerror', 42);
    driver.samples(5, 100, 'p', 'timeout', 42);
    driver.pass(6000);
    expect(driver.plan.upstreams[0]?.score).toBeCloseTo(0.7 * 0.9 + (0.3 * 458) / 490, 10);
  });

  it('smooths the last 3 measurements with α = 0.7', () => {
    const driver = driverOf([primary('p')]);
    for (const elapsedMs of [400, 100, 50, 40]) driver.sample('p', 'noerror', elapsedMs);
    expect(driver.state.report()[0]?.roundTripMs).toBeCloseTo(0.7 * 40 + 0.3 * (0.7 * 50 + 0.3 * 100), 10);
  });

  it('sorts every 10 s, by any difference', () => {
    const driver = driverOf([primary('a'), primary('b')]);
    const at: number[] = [];
    for (let number = 0; number < 600; number++) {
      driver.pass(100);
      driver.sample('a', 'noerror', 40);
      driver.sample('b', 'noerror', 39);
    }
    for (const event of driver.events) if (event.type === 'lead') at.push(event.atMs);
    expect(driver.lead).toBe('b');
    expect(at).toEqual([10_000]);
  });
});

describe('DoH probes', () => {
  it('are HEAD requests with 3 s to connect', () => {
    const driver = driverOf();
    const levels: unknown[] = [];
    driver.probing = (request) => {
      if (request.upstream !== 'p') levels.push(request.levels, request.connectTimeoutMs);
      return { verdict: 'healthy', elapsedMs: 30 };
    };
    driver.samples(130, 100, 'p', 'noerror');
    expect(levels).toEqual([['head'], 3000, ['head'], 3000]);
  });

  it('200 with application/dns-message is healthy, with another type a protocol error, 405 misconfigured', () => {
    const type = 'application/dns-message';
    expect(judgeHeadStrictly({ status: 200, contentType: type })).toBe('healthy');
    expect(judgeHeadStrictly({ status: 200, contentType: 'text/html' })).toBe('protocol-error');
    expect(judgeHeadStrictly({ status: 405, contentType: type })).toBe('misconfigured');
    expect(judgeHeadStrictly({ status: 500, contentType: type })).toBe('unhealthy');
    expect(judgeHeadStrictly(undefined)).toBe('unreachable');
  });
});

describe('switch-back', () => {
  it('prepare: only with a latency of at most 50 ms', () => {
    const driver = failedOver();
    driver.probing = () => ({ verdict: 'healthy', elapsedMs: 51 });
    serve(driver, 60);
    expect(driver.plan.state).toBe('prepare');
    driver.probing = () => ({ verdict: 'healthy', elapsedMs: 50 });
    serve(driver, 40);
    expect(driver.plan.state).toBe('canary');
  });

  it('gray: 5 % for 30 s and 3 health checks in a row, then full', () => {
    const driver = failedOver();
    driver.takeEvents();
    driver.probing = () => ({ verdict: 'healthy', elapsedMs: 20 });
    while (driver.plan.state !== 'canary') serve(driver, 1);
    expect(driver.plan.canary).toEqual({ upstream: 'p', share: 0.05 });
    const [began, before] = [driver.now, driver.probes.length];
    while (driver.plan.state === 'canary' && driver.now < 300_000) serve(driver, 1);
    expect(driver.plan.state).toBe('full');
    expect(driver.now - began).toBeGreaterThanOrEqual(29_000);
    const checks = driver.probes.slice(before).filter(({ upstream }) => upstream === 'p');
    expect(checks.length).toBeGreaterThanOrEqual(3);
    expect(driver.takeEvents('prepare', 'canary', 'ramp', 'switchback')).toEqual([
      'prepare',
      'canary',
      'switchback',
    ]);
  });

  it('gray: a health check that fails makes it three more', () => {
    const driver = failedOver();
    let checks = 0;
    driver.probing = ({ upstream }) => {
      // Two bring it up; then the third of the canary fails.
      const fails = upstream === 'p' && ++checks === 5;
      return { verdict: fails ? 'unhealthy' : 'healthy', elapsedMs: 20 };
    };
    while (driver.plan.state !== 'full' && driver.now < 300_000) serve(driver, 1);
    expect(checks).toBe(8);
  });

  it('full: only when 95 % of the connections are active and none is pending; else wait longer and retry', () => {
    const driver = failedOver();
    driver.probing = () => ({ verdict: 'healthy', elapsedMs: 20 });
    driver.state.connected({ active: 94, total: 100, pending: 0 }, driver.now);
    while (driver.plan.state !== 'ramp') serve(driver, 1);
    expect(driver.plan.canary?.share).toBe(0.05);
    serve(driver, 29);
    driver.state.connected({ active: 95, total: 100, pending: 1 }, driver.now);
    serve(driver, 10);
    driver.state.connected({ active: 95, total: 100, pending: 0 }, driver.now);
    // The second time it waits for a minute.
    serve(driver, 45);
    expect(driver.plan.state).toBe('ramp');
    serve(driver, 10);
    expect(driver.plan.state).toBe('full');
    expect(driver.lead).toBe('p');
  });
});
