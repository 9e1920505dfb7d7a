import { describe, expect, it } from 'vitest';
import { nameFraction } from './name-fraction.ts';
import { explorationTarget, hedgeTarget, orderFor } from './plan-order.ts';
import type { Plan, PlannedUpstream } from './plan.ts';
import { seededRandom } from './test-support/seeded-random.ts';
import type { Condition, UpstreamClass } from './upstream.ts';

const planned = (
  id: string,
  of: UpstreamClass = 'primary',
  condition: Condition = 'up',
  score = 0.9,
): PlannedUpstream => ({
  id,
  class: of,
  protocol: 'udp',
  condition,
  score,
  attemptTimeoutMs: 150,
  hedgeDelayMs: 30,
});

const planOf = (upstreams: readonly PlannedUpstream[], more: Partial<Plan> = {}): Plan => ({
  version: 1,
  state: 'primary',
  upstreams,
  fallbackLeads: false,
  racing: false,
  preconnect: false,
  canary: undefined,
  shadow: undefined,
  ordered: true,
  selection: 'two-choices',
  exploration: 0.02,
  hedging: undefined,
  suspicion: true,
  ...more,
});

const random = seededRandom(3);
const ids = (order: readonly PlannedUpstream[]): string[] => order.map(({ id }) => id);
const order = (plan: Plan, name = 'www.example.com') => ids(orderFor(plan, { name }, random));

describe('the order for a name', () => {
  it("is the plan's", () => {
    expect(order(planOf([planned('a'), planned('b'), planned('f', 'fallback')]))).toEqual(['a', 'b', 'f']);
  });

  it('has suspects behind who is up, whatever their class, and who is down last', () => {
    const upstreams = [
      planned('a', 'primary', 'down'),
      planned('b', 'primary', 'suspect'),
      planned('f', 'fallback'),
    ];
    expect(order(planOf(upstreams))).toEqual(['f', 'b', 'a']);
  });

  it('leaves out whom the name must not be told', () => {
    const plan = planOf([planned('f', 'fallback'), planned('a', 'primary', 'down')], { fallbackLeads: true });
    const asking = {
      name: 'db.corp',
      isAllowed: (upstream: PlannedUpstream) => upstream.class === 'primary',
    };
    expect(ids(orderFor(plan, asking, random))).toEqual(['a']);
  });

  it('begins with the candidate for names of the canary, and always for the same', () => {
    const plan = planOf([planned('f', 'fallback'), planned('a'), planned('b')], {
      fallbackLeads: true,
      canary: { upstream: 'b', share: 0.25 },
    });
    for (let index = 0; index < 200; index++) {
      const name = `host-${index}.example.com`;
      const expected = nameFraction(name) < 0.25 ? ['b', 'a', 'f'] : ['f', 'a', 'b'];
      expect(order(plan, name)).toEqual(expected);
      expect(order(plan, name)).toEqual(expected);
    }
  });

  it('does not begin with a candidate that is suspect', () => {
    const plan = planOf([planned('f', 'fallback'), planned('a', 'primary', 'suspect')], {
      fallbackLeads: true,
      canary: { upstream: 'a', share: 1 },
    });
    expect(order(plan)).toEqual(['f', 'a']);
  });

  it('begins with the better of two in a pool', () => {
    const pool = planOf(
      [planned('a'), planned('b'), planned('c', 'primary', 'suspect'), planned('f', 'fallback')],
      {
        ordered: false,
      },
    );
    const inflight = (id: string): number => (id === 'a' ? 5 : 0);
    for (let round = 0; round < 20; round++) {
      expect(ids(orderFor(pool, { name: 'x', inflight }, random))).toEqual(['b', 'a', 'f', 'c']);
    }
    expect(ids(orderFor({ ...pool, selection: 'in-order' }, { name: 'x', inflight }, random))[0]).toBe('a');
  });
});

describe('a hedge', () => {
  const upstreams = [
    planned('a'),
    planned('b', 'primary', 'suspect'),
    planned('c'),
    planned('f', 'fallback'),
  ];
  const [a] = upstreams as [PlannedUpstream];

  it('goes to the next of the class that is up', () => {
    expect(hedgeTarget(upstreams, a, new Set(['a'])).id).toBe('c');
  });

  it('goes to the same upstream again where there is none, and never to the other class', () => {
    expect(hedgeTarget(upstreams, a, new Set(['a', 'c'])).id).toBe('a');
  });
});

describe('exploration', () => {
  const pool = planOf(
    [planned('a'), planned('b'), planned('c', 'primary', 'down'), planned('f', 'fallback')],
    {
      ordered: false,
    },
  );
  const [a] = pool.upstreams as [PlannedUpstream];

  it('copies 2 % of the queries, within the class and to nobody who is down', () => {
    const targets = Array.from({ length: 10_000 }, () => explorationTarget(pool, a, random)?.id);
    const copied = targets.filter((id) => id !== undefined);
    expect(new Set(copied)).toEqual(new Set(['b']));
    expect(Math.abs(copied.length / targets.length - 0.02)).toBeLessThan(0.005);
  });

  it('is not for an ordered list', () => {
    expect(explorationTarget({ ...pool, ordered: true }, a, () => 0)).toBeUndefined();
  });

  it('has no target where there is only one upstream', () => {
    expect(explorationTarget({ ...pool, upstreams: [a] }, a, () => 0)).toBeUndefined();
  });
});
