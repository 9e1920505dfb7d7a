import { describe, expect, it } from 'vitest';
import { RESILIENT_FAILURE } from './failure-detection.ts';
import { FailureEvidence } from './failure-evidence.ts';
import type { Outcome, Sample } from './sample.ts';

const sample = (outcome: Outcome, name: string, elapsedMs = 150): Sample => ({
  upstream: 'a',
  outcome,
  elapsedMs,
  name,
});

/** Evidence of samples at their times. */
function evidence(
  samples: readonly (readonly [atMs: number, outcome: Outcome, name: string])[],
): FailureEvidence {
  const gathered = new FailureEvidence();
  for (const [atMs, outcome, name] of samples) gathered.add(sample(outcome, name), atMs);
  return gathered;
}

const reason = (gathered: FailureEvidence, nowMs: number) => RESILIENT_FAILURE.reason(gathered, nowMs);

describe('silence', () => {
  const three = [
    [1000, 'noerror', 'a'],
    [1200, 'timeout', 'a'],
    [1300, 'timeout', 'b'],
    [1400, 'network', 'b'],
  ] as const;

  it('is down after three unanswered queries of two names and a second without any answer', () => {
    const gathered = evidence(three);
    expect(RESILIENT_FAILURE.dueAtMs(gathered, 1400)).toBe(2050);
    expect(reason(gathered, 2049)).toBeUndefined();
    expect(reason(gathered, 2050)).toBe('silence');
  });

  it('counts from the first query sent in vain, not from an answer long ago', () => {
    const gathered = evidence(
      three.map(([at, outcome, name]) => [at === 1000 ? -500_000 : at, outcome, name]),
    );
    expect(RESILIENT_FAILURE.dueAtMs(gathered, 1400)).toBe(1050 + 1000);
  });

  it('is not down while answers come, however many queries are lost', () => {
    const gathered = new FailureEvidence();
    for (let now = 0; now < 60_000; now += 10) {
      gathered.add(sample(now % 900 === 0 ? 'noerror' : 'timeout', `${now}`), now);
      expect(reason(gathered, now)).toBeUndefined();
    }
  });

  it('takes an answer of any kind for a sign of life', () => {
    const gathered = evidence([...three, [1500, 'servfail', 'c']]);
    expect(reason(gathered, 5000)).toBeUndefined();
  });

  it('is not down for one name where others are asked for too', () => {
    const gathered = evidence([
      [1000, 'noerror', 'good'],
      [2000, 'timeout', 'lost'],
      [3000, 'timeout', 'lost'],
      [4000, 'timeout', 'lost'],
    ]);
    expect(reason(gathered, 9000)).toBeUndefined();
  });

  it('is down for one name where it is the only one', () => {
    const gathered = evidence([
      [2000, 'timeout', 'only'],
      [3000, 'timeout', 'only'],
      [4000, 'timeout', 'only'],
    ]);
    expect(reason(gathered, 4000)).toBe('silence');
  });
});

describe('errors', () => {
  const answers = (
    count: number,
    failed: (index: number) => Outcome | undefined,
    name = (index: number) => `n${index}`,
  ) =>
    evidence(
      Array.from(
        { length: count },
        (_, index) => [index * 20, failed(index) ?? 'noerror', name(index)] as const,
      ),
    );

  it('is down at 20 % among ten answers', () => {
    expect(
      reason(
        answers(10, (index) => (index < 3 ? 'servfail' : undefined)),
        200,
      ),
    ).toBe('errors');
    expect(
      reason(
        answers(9, (index) => (index < 3 ? 'servfail' : undefined)),
        200,
      ),
    ).toBeUndefined();
  });

  it('is not down below 20 %', () => {
    expect(
      reason(
        answers(20, (index) => (index < 3 ? 'refused' : undefined)),
        400,
      ),
    ).toBeUndefined();
    expect(
      reason(
        answers(15, (index) => (index < 3 ? 'refused' : undefined)),
        400,
      ),
    ).toBe('errors');
  });

  it('is never down for a single SERVFAIL, or for one broken zone', () => {
    expect(reason(evidence([[0, 'servfail', 'a']]), 0)).toBeUndefined();
    expect(
      reason(
        answers(
          50,
          () => 'servfail',
          (index) => `n${index % 2}`,
        ),
        1000,
      ),
    ).toBeUndefined();
  });

  it('does not take denials for errors', () => {
    expect(
      reason(
        answers(50, () => 'nxdomain'),
        1000,
      ),
    ).toBeUndefined();
  });

  it('judges a busy upstream by ten seconds, not by its last fifty answers', () => {
    const gathered = new FailureEvidence();
    // A thousand answers a second; for 50 ms every one is an error.
    for (let now = 0; now < 10_000; now++) {
      gathered.add(sample(now >= 5000 && now < 5050 ? 'servfail' : 'noerror', `n${now}`), now);
      expect(reason(gathered, now)).toBeUndefined();
    }
  });

  it('notices a storm on a busy upstream within seconds', () => {
    const gathered = new FailureEvidence();
    let now = 0;
    while (now < 20_000) gathered.add(sample('noerror', `n${now}`), now++);
    while (reason(gathered, now) === undefined) gathered.add(sample('servfail', `n${now}`), now++);
    expect(now - 20_000).toBeLessThan(2600);
  });

  it('forgets what is older than a minute', () => {
    const gathered = answers(10, () => 'servfail');
    expect(reason(gathered, 60_000)).toBe('errors');
    expect(reason(gathered, 61_000)).toBeUndefined();
  });
});
