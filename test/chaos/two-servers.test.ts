/** Two servers of one class and no fallback: whatever happens to the first, the second answers. */
import { emptyAnswers, lyingNodata, lyingNxdomain, primaryFaults } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectNothingLost, expectOnlyFailures, phaseNamed } from './expectations.ts';
import { serversAvailable, underFault } from './scenario.ts';

const lies = [emptyAnswers, lyingNodata, lyingNxdomain];
const failures = primaryFaults.filter((fault) => !lies.includes(fault));
const stage = { secondary: 'nsd', fallbacks: [] } as const;

describe.runIf(serversAvailable())('two servers', () => {
  test.concurrent.each(failures)('nothing is lost while the first is $name', async (fault) => {
    const { phases } = await underFault(fault, { stage });
    expectNothingLost(phases);
  });

  test.concurrent.each(lies)(
    'a denial is an answer, and no reason to ask elsewhere: $name',
    async (fault) => {
      const { phases, queries } = await underFault(fault, { stage, afterwardsSeconds: 6 });
      const during = phaseNamed(phases, 'fault');
      expectOnlyFailures(during, ['ENOTFOUND']);
      expect(during.codes['ENOTFOUND']).toBeGreaterThan(0);
      expect(queries.secondary).toEqual([]);
      // Until the last denial has expired.
      expectOnlyFailures(phaseNamed(phases, 'afterwards'), ['ENOTFOUND']);
      expectNothingLost([phaseNamed(phases, 'healthy'), phaseNamed(phases, 'recovered')]);
    },
  );
});
