/** Whatever happens, in whatever order and at whatever time: what must hold after every step. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HealthEvent } from './event.ts';
import { HealthState } from './health-state.ts';
import { explorationTarget, orderFor } from './plan-order.ts';
import type { Plan, PlannedUpstream } from './plan.ts';
import { DOUBAO_V1, type HealthPolicy, RESILIENT } from './policy.ts';
import type { Outcome, Sample } from './sample.ts';
import type { Step } from './step.ts';
import { seededRandom } from './test-support/seeded-random.ts';
import type { Upstream, UpstreamClass } from './upstream.ts';

const UPSTREAMS: readonly Upstream[] = [
  { id: 'a', class: 'primary', protocol: 'udp' },
  { id: 'b', class: 'primary', protocol: 'tcp' },
  { id: 'f', class: 'fallback', protocol: 'https' },
  { id: 'g', class: 'fallback', protocol: 'tls' },
];

const OUTCOMES: readonly Outcome[] = [
  'noerror',
  'nodata',
  'nxdomain',
  'servfail',
  'refused',
  'formerr',
  'notimp',
  'malformed',
  'timeout',
  'network',
  'tls',
  'http',
  'local',
];

const id = fc.constantFrom('a', 'b', 'f', 'g', 'unknown');
const outcome = fc.oneof(
  fc.constantFrom(...OUTCOMES),
  fc.constantFrom('noerror' as const, 'timeout' as const),
);
/** No number is too strange for a clock that was subtracted from another. */
const elapsed = fc.oneof(
  fc.double({ min: 0, max: 2000, noNaN: true }),
  fc.constantFrom(0, -5, 1e300, Infinity, -Infinity, Number.NaN),
);
const sample: fc.Arbitrary<Sample> = fc.record({
  upstream: id,
  outcome,
  elapsedMs: elapsed,
  name: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 5 })),
  atMs: fc.oneof(fc.constant(undefined), fc.double({ min: -1e6, max: 1e9 })),
});

/** Equal times, moments, seconds, minutes, months; and clocks that run backwards. */
const elapse = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 500 }) },
  { weight: 4, arbitrary: fc.integer({ min: 500, max: 15_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(60_000, 601_000, 1e10, -100, -1e9) },
);

/** Between two inputs: to the next wake-up, or wherever the clock is. */
const pass = fc.oneof(elapse, fc.constant('wake' as const));

type Input =
  | { readonly do: 'record'; readonly samples: readonly Sample[] }
  | { readonly do: 'storm'; readonly upstream: string; readonly outcome: Outcome; readonly seconds: number }
  | { readonly do: 'probe'; readonly upstream: string; readonly healthy: boolean; readonly elapsedMs: number }
  | { readonly do: 'suspect'; readonly upstream: string; readonly suspect: boolean }
  | { readonly do: 'connections'; readonly active: number; readonly total: number; readonly pending: number }
  | { readonly do: 'outage'; readonly of: UpstreamClass }
  | { readonly do: 'recovery'; readonly seconds: number; readonly roundTripMs: number }
  | { readonly do: 'advance' };

const count = fc.integer({ min: 0, max: 10 });
const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      samples: fc.array(sample, { maxLength: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('storm' as const),
      upstream: id,
      outcome,
      seconds: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('probe' as const),
      upstream: id,
      healthy: fc.boolean(),
      elapsedMs: elapsed,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('suspect' as const), upstream: id, suspect: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('connections' as const),
      active: count,
      total: count,
      pending: count,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('outage' as const),
      of: fc.constantFrom('primary' as const, 'primary' as const, 'fallback' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('recovery' as const),
      seconds: fc.integer({ min: 5, max: 80 }),
      roundTripMs: fc.constantFrom(5, 20, 45, 200),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const) }) },
);
const inputs = fc.array(fc.tuple(pass, input), { maxLength: 40, size: 'max' });

type Check = (step: Step, nowMs: number) => void;

/** Feeds inputs to a health state and checks every step, those at its own wake-ups too. */
function run(
  policy: HealthPolicy,
  ordered: boolean,
  given: readonly (readonly [number | 'wake', Input])[],
  check: Check,
): HealthState {
  const state = new HealthState({ upstreams: UPSTREAMS, ordered, policy, random: seededRandom(5), nowMs: 0 });
  let now = 0;
  let [latest, wakeAtMs] = [0, state.advance(0).wakeAtMs];
  const seen = (step: Step): void => {
    latest = Math.max(latest, now);
    wakeAtMs = step.wakeAtMs;
    check(step, latest);
  };
  for (const [passing, one] of given) {
    now = passing === 'wake' ? (wakeAtMs === Infinity ? latest : wakeAtMs) : latest + passing;
    switch (one.do) {
      case 'record':
        seen(state.record(one.samples, now));
        break;
      case 'storm':
        for (let number = 0; number < one.seconds * 2; number++) {
          now = latest + 500;
          const { upstream, outcome: of } = one;
          seen(state.record([{ upstream, outcome: of, elapsedMs: 150, name: number }], now));
        }
        break;
      case 'probe': {
        const verdict = one.healthy ? 'healthy' : 'unreachable';
        seen(state.probed({ upstream: one.upstream, verdict, elapsedMs: one.elapsedMs }, now));
        break;
      }
      case 'suspect':
        seen(state.suspected(one.upstream, one.suspect, now));
        break;
      case 'connections':
        seen(state.connected(one, now));
        break;
      case 'outage':
        for (const { id: upstream, class: of } of UPSTREAMS) {
          const lost = { upstream, outcome: 'timeout', elapsedMs: 1001 } as const;
          if (of === one.of)
            seen(state.record([lost, { ...lost, name: 1 }, lost, { ...lost, name: 2 }], now));
        }
        now = latest + 1000;
        seen(state.advance(now));
        break;
      case 'recovery':
        for (let half = 0; half < 2 * one.seconds; half++) {
          now = latest + 500;
          const { upstreams, canary } = state.plan;
          const asked = [upstreams[0]?.id ?? '', ...(canary === undefined ? [] : [canary.upstream])];
          const elapsedMs = one.roundTripMs;
          seen(
            state.record(
              asked.map((upstream) => ({ upstream, outcome: 'noerror', elapsedMs, name: 1 })),
              now,
            ),
          );
          if (half % 10 === 0) {
            for (const { id: upstream } of UPSTREAMS) {
              seen(state.probed({ upstream, verdict: 'healthy', elapsedMs }, now));
            }
          }
        }
        break;
      default:
        seen(state.advance(now));
    }
  }
  return state;
}

function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Every number in what is handed out is one. */
function assertNumbers(value: unknown, path: string): void {
  if (typeof value === 'number') assert(!Number.isNaN(value) && value !== Infinity, `${path} is ${value}`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) assertNumbers(inner, `${path}.${key}`);
  }
}

const cases = [
  { policy: RESILIENT, ordered: true },
  { policy: RESILIENT, ordered: false },
  { policy: DOUBAO_V1, ordered: true },
  { policy: DOUBAO_V1, ordered: false },
];
/** The same cases in every run of the tests. */
const RUNS = { numRuns: 60, seed: 20_261_122 };

/** Milliseconds; for busy machines, not for these tests. */
const PATIENCE = { timeout: 60_000 };

describe.each(cases)('$policy.name, ordered: $ordered', PATIENCE, ({ policy, ordered }) => {
  /** @param checking gives the check of one run */
  const holds = (checking: () => Check, after?: (state: HealthState, nowMs: number) => void): void => {
    fc.assert(
      fc.property(inputs, (given) => {
        const check = checking();
        let now = 0;
        const state = run(policy, ordered, given, (step, nowMs) => {
          now = nowMs;
          check(step, nowMs);
        });
        after?.(state, now);
      }),
      RUNS,
    );
  };

  it('hands out numbers that are numbers', () => {
    holds(
      () =>
        ({ plan, events, wakeAtMs }, nowMs) => {
          assertNumbers([plan, events], 'step');
          assert(wakeAtMs > nowMs, `would wake at ${wakeAtMs}, and it is ${nowMs}`);
          for (const { score, attemptTimeoutMs, hedgeDelayMs } of plan.upstreams) {
            assert(score >= 0 && score <= 1, `score ${score}`);
            assert(attemptTimeoutMs >= 150 && attemptTimeoutMs <= 1000, `timeout ${attemptTimeoutMs}`);
            assert(hedgeDelayMs >= 30 && hedgeDelayMs <= 250, `hedge delay ${hedgeDelayMs}`);
          }
        },
      (state) => assertNumbers(state.report(), 'report'),
    );
  });

  it('never chooses an upstream that is down while another is up', () => {
    const random = seededRandom(11);
    const names = ['www.example.com', 'a.example', 'b.example', 'c.example'];
    const filters = [() => true, ({ class: of }: PlannedUpstream) => of === 'primary'];
    holds(() => ({ plan }) => {
      for (const name of names) {
        for (const isAllowed of filters) {
          const order = orderFor(plan, { name, isAllowed }, random);
          const [first] = order;
          assert(first !== undefined, 'nobody to ask');
          const better = order.some(({ condition }) => condition !== 'down');
          assert(first?.condition !== 'down' || !better, `${first?.id} is down`);
          const explored = first === undefined ? undefined : explorationTarget(plan, first, () => 0);
          assert(explored?.condition !== 'down', `${explored?.id} is explored and down`);
        }
      }
      const [lead] = plan.upstreams;
      const better = plan.upstreams.some(({ condition }) => condition !== 'down');
      assert(lead?.condition !== 'down' || !better, `${lead?.id} leads and is down`);
    });
  });

  it('does not flap: a lead that answers stays for its time', () => {
    holds(() => {
      let changedAtMs = -Infinity;
      return ({ plan, events }) => {
        for (const event of events) {
          if (event.type === 'lead') {
            const free = event.reason === 'ranking' || event.reason === 'switch-back';
            const after = event.atMs - changedAtMs;
            assert(!free || after >= policy.leadStaysMs, `${event.reason} after ${after} ms`);
            const from = plan.upstreams.find(({ id: of }) => of === event.from);
            const to = plan.upstreams.find(({ id: of }) => of === event.to);
            assert(to?.condition !== 'down', `${event.to} is made the lead and is down`);
            const isDown = from?.condition === 'down';
            assert(
              isDown === (event.reason === 'down'),
              `${event.reason}, and ${event.from} is ${from?.condition}`,
            );
            changedAtMs = event.atMs;
          }
        }
      };
    });
  });

  it('tells every change of plan, lead, state and condition', () => {
    const kinds = new Set<string>();
    holds(() => {
      let before: Step | undefined;
      return (step) => {
        const earlier = before;
        before = step;
        if (earlier === undefined) return;
        const told = (...types: HealthEvent['type'][]): boolean =>
          step.events.some(({ type }) => types.includes(type));
        for (const { type } of step.events) kinds.add(type);
        const [was, is] = [earlier.plan, step.plan];
        assert(step.changed === (is.version !== was.version), 'changed');
        assert((was.upstreams[0]?.id !== is.upstreams[0]?.id) === told('lead'), 'lead');
        assert(was.fallbackLeads || !is.fallbackLeads || told('failover'), 'failover');
        assert(!was.fallbackLeads || is.fallbackLeads || told('switchback'), 'switchback');
        const down = (plan: Plan): string[] =>
          plan.upstreams.flatMap(({ id: of, condition }) => (condition === 'down' ? [of] : [])).toSorted();
        assert(`${down(was)}` === `${down(is)}` || told('down', 'up'), `${down(was)} → ${down(is)}`);
      };
    });
    // The cases go everywhere, or they would prove little.
    const states = ['failover', 'prepare', 'canary', 'switchback', 'lead', 'up', 'down'];
    const more = policy.suspicion ? ['ramp', 'suspect', 'cleared', 'switch-back-failed'] : [];
    expect([...kinds]).toEqual(expect.arrayContaining([...states, ...more]));
  });

  it('wakes no more than a few times a minute without input', () => {
    holds(
      () => () => {},
      (state, nowMs) => {
        let wakes = 0;
        const until = nowMs + 60_000;
        for (let next = state.advance(nowMs).wakeAtMs; next <= until; next = state.advance(next).wakeAtMs) {
          wakes++;
          // Four upstreams with at most eight probes each, and what each state waits for.
          assert(wakes <= 45, 'wakes too often');
        }
      },
    );
  });
});
