/** A primary that comes and goes: nothing is lost, and the lead does not come and go with it. */
import { blackHoled, flapping, killed } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectNothingLost } from './expectations.ts';
import { faultSeconds, serversAvailable, underFault } from './scenario.ts';

const freeReasons = ['ranking', 'switch-back'];

describe.runIf(serversAvailable())('a primary that flaps', () => {
  test.concurrent.each([
    { fault: flapping(blackHoled, 5_000), stage: {}, seconds: 16 },
    { fault: flapping(killed, 5_000), stage: {}, seconds: 16 },
    { fault: flapping(blackHoled, 5_000), stage: { secondary: 'nsd', fallbacks: [] }, seconds: 16 },
    { fault: flapping(blackHoled, 20_000), stage: {}, seconds: 45 },
  ] as const)(
    '$fault.name, $stage',
    async ({ fault, stage, seconds }) => {
      const { phases, events } = await underFault(fault, { stage, faultSeconds: faultSeconds(seconds) });
      expectNothingLost(phases);
      // A free change of lead is a minute from the change before.
      const leads = events.filter(({ type }) => type === 'lead');
      for (const [at, lead] of leads.entries()) {
        const before = leads[at - 1];
        if (before === undefined || !freeReasons.includes(String(lead['reason']))) continue;
        expect(Number(lead['timeMs']) - Number(before['timeMs'])).toBeGreaterThanOrEqual(60_000);
      }
      // It never was well for as long as a canary takes.
      expect(events.filter(({ type, phase }) => type === 'switchback' && phase === 'fault')).toEqual([]);
    },
    180_000,
  );
});
