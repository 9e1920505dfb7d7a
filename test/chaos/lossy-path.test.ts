/** Three queries in ten get lost: names that nobody has asked for are all found. */
import { losing } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectNothingLost, phaseNamed } from './expectations.ts';
import { faultSeconds, serversAvailable, underFault } from './scenario.ts';

const rates = { warmPerSecond: 0, coldPerSecond: 1000 };
const servers = [
  ['a single server', { fallbacks: [] }],
  ['two servers', { secondary: 'nsd', fallbacks: [] }],
  ['a server and a fallback', {}],
] as const;

describe.runIf(serversAvailable())('30 % loss one way', () => {
  test.concurrent.each(servers)(
    '%s',
    async (_, stage) => {
      const played = await underFault(losing(0.3), { stage, rates, faultSeconds: faultSeconds(8) });
      expectNothingLost(played.phases);
      // A server that answers most of the time is not given up.
      expect(played.events.filter(({ type }) => type === 'down' || type === 'failover')).toEqual([]);
      expect(phaseNamed(played.phases, 'fault').byPrimary).toBeGreaterThan(0);
    },
    120_000,
  );
});
