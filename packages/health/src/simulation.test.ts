/**
 * The decisions at work, in simulated time: a thousand lookups a second, 20 ms away, and losses drawn by a seed. The same
 * seed gives the same numbers, whatever the machine; `benchmarks/failover` has those of real servers.
 */
import { describe, expect, it } from 'vitest';
import type { HealthEvent } from './event.ts';
import { type HealthPolicy, RESILIENT } from './policy.ts';
import { fallback, primary } from './test-support/driver.ts';
import { type Outcomes, type Path, simulate } from './test-support/simulation.ts';

/** Milliseconds; for busy machines, not for these tests. */
const PATIENCE = { timeout: 60_000 };

const clean = () => ({ out: 0, back: 0 });
const lossy =
  (out: number, back: number): Path['loss'] =>
  () => ({ out, back });
/** Nothing comes through for a while, milliseconds. */
const blackHole =
  (fromMs: number, untilMs: number): Path['loss'] =>
  (nowMs) => ({ out: nowMs >= fromMs && nowMs < untilMs ? 1 : 0, back: 0 });

const first = (loss: Path['loss']): Path => ({ upstream: primary('first'), roundTripMs: 20, loss });
const second: Path = { upstream: primary('second'), roundTripMs: 20, loss: clean };
const doh: Path = { upstream: fallback('doh'), roundTripMs: 30, loss: clean };

const run = (paths: readonly Path[], seconds: number, policy: HealthPolicy = RESILIENT): Outcomes =>
  simulate({ paths, untilMs: 1000 * seconds, everyMs: 1, seed: 7, policy });

const quantile = (latencies: readonly number[], share: number): number =>
  latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN;

/** Queries per lookup. */
const effort = ({ queries, lookups }: Outcomes): number =>
  [...queries.values()].reduce((sum, sent) => sum + sent, 0) / lookups;

const kinds = ({ events }: Outcomes): string[] =>
  events.map(({ type }) => type).filter((type) => type !== 'suspect' && type !== 'cleared');

const of = ({ events }: Outcomes, wanted: HealthEvent['type']): HealthEvent[] =>
  events.filter(({ type }) => type === wanted);

/** Without hedging and suspicion: what a failure detector alone is worth. */
const DETECTION_ONLY: HealthPolicy = { ...RESILIENT, hedging: undefined, suspicion: false };

describe('5 % loss each way', PATIENCE, () => {
  it('is hedged away, and is no outage', () => {
    const outcomes = run([first(lossy(0.05, 0.05)), second], 20);
    expect(outcomes.failed).toBe(0);
    expect(kinds(outcomes)).toEqual([]);
    expect(outcomes.state.state).toBe('primary');
    expect(quantile(outcomes.latencies(0, 20_000), 0.99)).toBeLessThan(60);
    expect(effort(outcomes)).toBeLessThan(1.11);
  });

  it('costs an attempt timeout without hedging', () => {
    const outcomes = run([first(lossy(0.05, 0.05)), second], 20, DETECTION_ONLY);
    expect(quantile(outcomes.latencies(0, 20_000), 0.99)).toBeGreaterThan(150);
  });

  it('never reaches the fallback class while the primary answers', () => {
    const outcomes = run([first(lossy(0.05, 0.05)), doh], 20);
    expect(kinds(outcomes)).toEqual([]);
    // Only those that the primary failed twice.
    expect(outcomes.queries.get('doh') ?? 0).toBeLessThan(0.0975 ** 2 * outcomes.lookups * 1.3);
  });
});

describe('30 % loss one way', PATIENCE, () => {
  it('is hedged away, and is no outage', () => {
    const outcomes = run([first(lossy(0.3, 0)), second], 20);
    expect(outcomes.failed).toBe(0);
    expect(kinds(outcomes)).toEqual([]);
    expect(quantile(outcomes.latencies(0, 20_000), 0.99)).toBeLessThan(60);
    expect(effort(outcomes)).toBeLessThan(1.31);
  });

  it('with a fallback instead of a second server stays below 300 ms', () => {
    const outcomes = run([first(lossy(0.3, 0)), doh], 20);
    expect(outcomes.failed).toBe(0);
    expect(kinds(outcomes)).toEqual([]);
    expect(quantile(outcomes.latencies(0, 20_000), 0.99)).toBeLessThan(300);
    expect(effort(outcomes)).toBeLessThan(1.5);
  });

  it('with one server alone fails nothing, and asks it half as much again at most', () => {
    const outcomes = run([first(lossy(0.3, 0))], 20);
    expect(outcomes.failed).toBe(0);
    expect(kinds(outcomes)).toEqual([]);
    expect(quantile(outcomes.latencies(0, 20_000), 1)).toBeLessThan(5000);
    expect(effort(outcomes)).toBeLessThan(1.5);
  });
});

describe('a black hole', PATIENCE, () => {
  it('is turned away from within 100 ms, and is down after a second', () => {
    const outcomes = run([first(blackHole(5000, 60_000)), second], 20);
    expect(outcomes.failed).toBe(0);
    expect(quantile(outcomes.latencies(0, 20_000), 1)).toBeLessThan(100);
    expect(kinds(outcomes)).toEqual(['down', 'lead']);
    const [suspect] = of(outcomes, 'suspect');
    expect(suspect?.atMs).toBeLessThan(5100);
    const [down] = of(outcomes, 'down');
    expect(down).toMatchObject({ upstream: 'first', reason: 'silence' });
    expect(down?.atMs).toBeGreaterThanOrEqual(6000);
    expect(down?.atMs).toBeLessThan(6100);
    expect(effort(outcomes)).toBeLessThan(1.1);
  });

  it('costs every lookup of a second an attempt timeout without suspicion', () => {
    const outcomes = run([first(blackHole(5000, 60_000)), second], 12, DETECTION_ONLY);
    expect(quantile(outcomes.latencies(5000, 6000), 0.05)).toBeGreaterThan(150);
    expect(kinds(outcomes)).toEqual(['down', 'lead']);
  });

  it('of the only primary fails over once, and back once through canary and ramp', () => {
    const holeEndsMs = 25_000;
    const paths = [first(blackHole(5000, holeEndsMs)), doh];
    const outcomes = simulate({ paths, untilMs: 150_000, everyMs: 5, seed: 7 });
    expect(outcomes.failed).toBe(0);
    expect(quantile(outcomes.latencies(0, 150_000), 1)).toBeLessThan(150);
    expect(kinds(outcomes)).toEqual([
      'down',
      'failover',
      'lead',
      'up',
      'prepare',
      'canary',
      'ramp',
      'ramp',
      'switchback',
      'lead',
    ]);
    const [canary, back] = [of(outcomes, 'canary')[0], of(outcomes, 'switchback')[0]];
    expect(canary?.atMs).toBeLessThan(holeEndsMs + 30_000);
    expect(back?.atMs).toBeLessThan((canary?.atMs ?? 0) + 60_000);
    expect(outcomes.state.plan).toMatchObject({ state: 'full', fallbackLeads: false });
  });

  it('of everything leaves no trace once it is over', () => {
    const hole = blackHole(5000, 8000);
    const paths = [first(hole), { ...second, loss: hole }];
    const outcomes = simulate({ paths, untilMs: 60_000, everyMs: 5, seed: 7 });
    const longest = quantile(outcomes.latencies(8000, 15_000), 1);
    expect(longest).toBeLessThan(1200);
    expect(outcomes.state.report().map(({ state }) => state)).toEqual(['healthy', 'healthy']);
  });
});

describe('flapping', PATIENCE, () => {
  it('every 5 s is answered by the other server, without a lead that flaps', () => {
    const flapping: Path['loss'] = (nowMs) => ({ out: Math.floor(nowMs / 5000) % 2, back: 0 });
    const outcomes = simulate({ paths: [first(flapping), second], untilMs: 120_000, everyMs: 5, seed: 7 });
    expect(outcomes.failed).toBe(0);
    expect(quantile(outcomes.latencies(0, 120_000), 0.99)).toBeLessThan(100);
    const changes = of(outcomes, 'lead').map(({ atMs }) => atMs);
    expect(changes.length).toBeLessThanOrEqual(3);
  });

  it('every 20 s keeps the fallback leading, and no canary gets to full', () => {
    const flapping: Path['loss'] = (nowMs) => ({ out: Math.floor(nowMs / 20_000) % 2, back: 0 });
    const outcomes = simulate({ paths: [first(flapping), doh], untilMs: 300_000, everyMs: 20, seed: 7 });
    expect(outcomes.failed).toBe(0);
    expect(of(outcomes, 'failover')).toHaveLength(1);
    expect(of(outcomes, 'switchback')).toHaveLength(0);
    expect(outcomes.state.plan.upstreams[0]?.id).toBe('doh');
  });
});
