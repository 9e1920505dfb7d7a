/** A minute without the primary under a thousand lookups a second, and the way back. */
import { blackHoled } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { classTransitions, expectNothingLost, phaseNamed } from './expectations.ts';
import { serversAvailable, underFault } from './scenario.ts';

describe.runIf(serversAvailable())('a primary that was silent for a minute', () => {
  test('leads again through canary and ramp', async () => {
    const { phases, events } = await underFault(blackHoled, {
      rates: { warmPerSecond: 500, coldPerSecond: 500 },
      faultSeconds: 60,
      afterwards: async (load) => {
        await load.event('switchback');
        await load.phase('after switchback');
      },
      // What the cache kept of the fallback expires meanwhile: the warm names' TTL is 2 s.
      afterwardsSeconds: 4,
    });
    expectNothingLost(phases);
    expect(classTransitions(events)).toEqual(['failover', 'prepare', 'canary', 'ramp', 'switchback']);
    expect(phaseNamed(phases, 'recovered').byFallback).toBe(0);
  }, 600_000);
});
