/** Two servers of one class and no fallback: whatever happens to the first, the second answers. */
import { emptyAnswers, lyingNodata, lyingNxdomain, primaryFaults, stageZone } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectNothingLost, expectOnlyFailures, phaseNamed } from './expectations.ts';
import { serversAvailable, underFault } from './scenario.ts';

const lies = [emptyAnswers, lyingNodata, lyingNxdomain];
const failures = primaryFaults.filter((fault) => !lies.includes(fault));
const stage = { secondary: 'nsd', fallbacks: [] } as const;
/** Until the last denial has expired. */
const afterwardsSeconds = 6;

describe.runIf(serversAvailable())('two servers', () => {
  test.concurrent.each(failures)('nothing is lost while the first is $name', async (fault) => {
    const { phases } = await underFault(fault, { stage });
    expectNothingLost(phases);
  });

  test.concurrent.each(lies)('a denial is an answer, and no failure: $name', async (fault) => {
    const { phases, events } = await underFault(fault, { stage, afterwardsSeconds });
    const during = phaseNamed(phases, 'fault');
    expectOnlyFailures(during, ['ENOTFOUND']);
    expect(during.codes['ENOTFOUND']).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === 'down')).toEqual([]);
    expectOnlyFailures(phaseNamed(phases, 'afterwards'), ['ENOTFOUND']);
    expectNothingLost([phaseNamed(phases, 'healthy'), phaseNamed(phases, 'recovered')]);
  });

  test.concurrent.each(lies)('a denial leads to no fallback: $name', async (fault) => {
    const { phases, events, queries } = await underFault(fault, { afterwardsSeconds });
    const during = phaseNamed(phases, 'fault');
    expectOnlyFailures(during, ['ENOTFOUND']);
    expect(events.filter(({ type }) => type === 'down' || type === 'failover')).toEqual([]);
    // A machine that stands still makes a primary suspect for a moment; denials would bring every name there.
    const asked = queries.fallbacks.flat().filter(({ name }) => name.endsWith(stageZone));
    expect(asked.length).toBeLessThan((during.codes['ENOTFOUND'] ?? 0) / 2);
  });
});
