/** The primary dies under a thousand lookups a second, and nobody notices: default options but for the servers. */
import { blackHoled, killed, stopped } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { classTransitions, expectNothingLost, phaseNamed } from './expectations.ts';
import { faultSeconds, serversAvailable, underFault } from './scenario.ts';

const warm = { warmPerSecond: 1000, coldPerSecond: 0 };
const cold = { warmPerSecond: 0, coldPerSecond: 1000 };

const combinations = [killed, stopped, blackHoled].flatMap((fault) => [
  { fault, names: 'warm', rates: warm },
  { fault, names: 'cold', rates: cold },
]);

describe.runIf(serversAvailable())('the primary', () => {
  // One after the other: each is load enough.
  test.each(combinations)(
    '$fault.name, $names names',
    async ({ fault, rates }) => {
      const { phases, events } = await underFault(fault, { rates, faultSeconds: faultSeconds(5) });
      expectNothingLost(phases);
      expect(phaseNamed(phases, 'healthy').byFallback).toBe(0);
      expect(phaseNamed(phases, 'fault').byFallback).toBeGreaterThan(0);
      expect(classTransitions(events)[0]).toBe('failover');
    },
    180_000,
  );
});
