/** Who takes over from another whose plan is in force goes on where that left off. */
import { expect, it } from 'vitest';
import type { Inherited } from './health-state.ts';
import { Driver, fallback, primary } from './test-support/driver.ts';

const upstreams = [primary('p'), fallback('f'), fallback('g')];
const failedOver: Inherited = { down: ['p'], fallbackLeads: true, lead: 'g' };

function inheriting(inherited: Inherited, of = upstreams): Driver {
  const driver = new Driver(of, { inherited });
  driver.probing = () => ({ verdict: 'unreachable', elapsedMs: 1000 });
  return driver;
}

it('a failover goes on, with the same lead and without a second event or race', () => {
  const driver = inheriting(failedOver);
  expect(driver.plan).toMatchObject({ state: 'failed-over', fallbackLeads: true, racing: false });
  expect(driver.plan.upstreams.map(({ id }) => id)).toEqual(['g', 'f', 'p']);
  driver.samples(100, 100, 'g', 'noerror');
  expect(driver.lead).toBe('g');
  expect(driver.events).toEqual([]);
  expect(driver.state.report().find(({ id }) => id === 'p')).toMatchObject({
    condition: 'down',
    downReason: 'inherited',
  });
});

it('a primary that was down has to show that it is up, and comes back by the canary', () => {
  const driver = inheriting(failedOver);
  driver.probing = () => ({ verdict: 'healthy', elapsedMs: 20 });
  driver.samples(150, 100, 'g', 'noerror');
  driver.samples(200, 100, 'g', 'noerror');
  expect(driver.takeEvents('up', 'prepare', 'canary', 'switchback')).toEqual(['up', 'prepare', 'canary']);
});

it('a fallback that leads and dies hands over like any other', () => {
  const driver = inheriting(failedOver);
  for (let number = 0; number < 10; number++) driver.sample('g', 'timeout', 150);
  driver.pass(1000);
  expect(driver.lead).toBe('f');
  expect(driver.takeEvents('lead', 'failover')).toEqual(['lead']);
});

it('a switch-back that was under way begins anew: how far it had come is not known', () => {
  const driver = inheriting({ down: [], fallbackLeads: true, lead: 'f' });
  driver.pass(1);
  expect(driver.plan.state).toBe('prepare');
  expect(driver.lead).toBe('f');
  expect(driver.plan.canary).toBeUndefined();
});

it('with nobody failed over, who was down does not lead', () => {
  const pair = [primary('a'), primary('b')];
  const driver = inheriting({ down: ['a'], fallbackLeads: false, lead: 'b' }, pair);
  expect(driver.plan.upstreams.map(({ id, condition }) => [id, condition])).toEqual([
    ['b', 'up'],
    ['a', 'down'],
  ]);
  driver.probing = () => ({ verdict: 'healthy', elapsedMs: 20 });
  driver.samples(300, 100, 'b', 'noerror');
  expect(driver.takeEvents('up')).toEqual(['up']);
});

it('what names nobody here is ignored', () => {
  const driver = inheriting({ down: ['x'], fallbackLeads: true, lead: 'y' }, [primary('a'), primary('b')]);
  expect(driver.plan).toMatchObject({ state: 'primary', fallbackLeads: false });
  expect(driver.lead).toBe('a');
});
