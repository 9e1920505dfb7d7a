import { describe, expect, it } from 'vitest';
import { DOUBAO_V1, RESILIENT } from './policy.ts';
import { Driver, fallback, primary } from './test-support/driver.ts';
import type { Protocol } from './upstream.ts';

const over = (protocol: Protocol) => ({ ...fallback(protocol), protocol });

describe.each([RESILIENT, DOUBAO_V1])('with $name', (policy) => {
  it('a plain upstream that is up is not probed, however long it was not asked', () => {
    const upstreams = [primary('a'), primary('b'), over('udp'), over('tcp'), over('tls'), over('https')];
    const driver = new Driver(upstreams, { policy });
    driver.samples(600, 100, 'a', 'noerror');
    const probed = new Set(driver.probes.map(({ upstream }) => upstream));
    expect(probed).toEqual(new Set(['tls', 'https']));
  });

  it('a plain upstream is probed while it is down or on its way back, and no longer', () => {
    const driver = new Driver([primary('p'), over('udp')], { policy });
    let answers = false;
    driver.probing = () => ({ verdict: answers ? 'healthy' : 'unreachable', elapsedMs: 20 });
    for (let number = 0; number < 3; number++) driver.sample('p', 'timeout', 1001);
    driver.pass(1100);
    expect(driver.plan.state).toBe('failed-over');
    driver.samples(300, 100, 'udp', 'noerror');
    expect(driver.probes.length).toBeGreaterThanOrEqual(2);
    answers = true;
    while (driver.plan.state !== 'full' && driver.now < 300_000) {
      driver.samples(10, 100, driver.lead, 'noerror');
      if (driver.plan.canary !== undefined) driver.sample('p', 'noerror');
    }
    expect(driver.plan.state).toBe('full');
    const back = driver.probes.length;
    driver.samples(600, 100, 'p', 'noerror');
    expect(driver.probes.length).toBe(back);
    expect(new Set(driver.probes.map(({ upstream }) => upstream))).toEqual(new Set(['p']));
  });
});

it('a probe says why its upstream is down', () => {
  const driver = new Driver([primary('p'), fallback('f')], { policy: DOUBAO_V1 });
  const reasons: unknown[] = [];
  driver.probing = ({ upstream, down }) => {
    reasons.push([upstream, down]);
    return { verdict: upstream === 'p' ? 'unhealthy' : 'healthy', elapsedMs: 20 };
  };
  driver.sample('p', 'servfail');
  driver.pass(13_000);
  expect(reasons.toSorted()).toEqual([
    ['f', undefined],
    ['p', 'errors'],
  ]);
});
