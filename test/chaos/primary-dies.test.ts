/** The primary dies under a thousand lookups a second, and nobody notices: default options but for the servers. */
import { blackHoled, killed, stopped } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectNothingLost, phaseNamed } from './expectations.ts';
import type { Played } from './scenario.ts';
import { faultSeconds, serversAvailable, underFault } from './scenario.ts';

const warm = { warmPerSecond: 1000, coldPerSecond: 0 };
const cold = { warmPerSecond: 0, coldPerSecond: 1000 };
const both = { warmPerSecond: 500, coldPerSecond: 500 };

/** How the class of who leads changed, in order; `ramp` comes once for each share. */
function transitions({ events }: Played): string[] {
  const told = ['failover', 'prepare', 'canary', 'ramp', 'switchback', 'switch-back-failed'];
  return events
    .map(({ type }) => type)
    .filter((type, at, all) => told.includes(type) && type !== all[at - 1]);
}

describe.runIf(serversAvailable())('the primary', () => {
  test.concurrent.each([
    [killed, 'warm', warm],
    [killed, 'cold', cold],
    [stopped, 'warm', warm],
    [stopped, 'cold', cold],
    [blackHoled, 'warm', warm],
    [blackHoled, 'cold', cold],
  ] as const)(
    '%o: %s names',
    async (fault, _, rates) => {
      const played = await underFault(fault, { rates, faultSeconds: faultSeconds(10) });
      expectNothingLost(played.phases);
      expect(phaseNamed(played.phases, 'healthy').byFallback).toBe(0);
      expect(phaseNamed(played.phases, 'fault').byFallback).toBeGreaterThan(0);
      expect(transitions(played)[0]).toBe('failover');
    },
    300_000,
  );

  test('leads again through canary and ramp after a minute of silence', async () => {
    const played = await underFault(blackHoled, {
      rates: both,
      faultSeconds: 60,
      afterwards: async (load) => {
        await load.event('switchback');
        await load.phase('after switchback');
      },
    });
    expectNothingLost(played.phases);
    expect(transitions(played)).toEqual(['failover', 'prepare', 'canary', 'ramp', 'switchback']);
    // A canary is for a few names; all that the fallback still answers afterwards is what the cache kept of it.
    expect(phaseNamed(played.phases, 'recovered').byFallback).toBe(0);
  }, 600_000);
});
