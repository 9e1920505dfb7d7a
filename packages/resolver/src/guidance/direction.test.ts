import { HealthState, RESILIENT, type Upstream } from '@doubao/resolver-health';
import { expect, it } from 'vitest';
import { contentOf, inheritedFrom } from './direction.ts';

const of = (id: string, upstreamClass: Upstream['class']) =>
  ({ id, class: upstreamClass, protocol: 'udp', public: false }) as const;
const numbered = [of('p', 'primary'), of('q', 'primary'), of('f', 'fallback')];

function state(ordered: boolean): HealthState {
  return new HealthState({ upstreams: numbered, ordered, policy: RESILIENT, random: () => 0.5, nowMs: 0 });
}

function failOver(health: HealthState): void {
  for (const upstream of ['p', 'q']) {
    const timeouts = ['a', 'b', 'c'].map(
      (name) => ({ upstream, outcome: 'timeout', elapsedMs: 150, name }) as const,
    );
    health.record(timeouts, 1000);
  }
  health.advance(3000);
}

it('an ordered list is asked in its order, whatever the scores', () => {
  expect(contentOf(state(true).plan, numbered)).toEqual({
    order: [0, 1, 2],
    down: [],
    scores: [],
    fallbackLeads: false,
    racing: false,
    canary: null,
    shadow: null,
    selection: 'in-order',
    exploration: RESILIENT.exploration,
  });
});

it('a pool is chosen from by scores, of which few digits are told', () => {
  const { plan } = state(false);
  const upstreams = plan.upstreams.map((upstream, index) => ({ ...upstream, score: 1 / (index + 3) }));
  expect(contentOf({ ...plan, upstreams }, numbered)).toMatchObject({
    selection: 'two-choices',
    scores: [0.333, 0.25, 0.2],
  });
});

it('upstreams go by their numbers', () => {
  const health = state(true);
  failOver(health);
  expect(contentOf(health.plan, numbered)).toMatchObject({
    order: [2, 0, 1],
    down: [0, 1],
    fallbackLeads: true,
  });
  const plan = { ...health.plan, canary: { upstream: 'q', share: 0.05 }, shadow: 'q' };
  expect(contentOf(plan, numbered)).toMatchObject({ canary: { upstream: 1, share: 0.05 }, shadow: 1 });
});

it('what somebody else decided is read back, if it was about the same namespace', () => {
  const health = state(true);
  failOver(health);
  const direction = JSON.stringify({ namespace: 'ab', version: 7, ...contentOf(health.plan, numbered) });
  const upstreams = { namespace: 'ab', ordered: true, upstreams: numbered };
  expect(inheritedFrom(direction, upstreams)).toEqual({
    version: 7,
    down: ['p', 'q'],
    fallbackLeads: true,
    lead: 'f',
  });
  expect(inheritedFrom('', upstreams)).toBeUndefined();
  expect(inheritedFrom(direction, { ...upstreams, namespace: 'cd' })).toBeUndefined();
});
