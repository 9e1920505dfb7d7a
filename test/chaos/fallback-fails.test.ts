/** The primary is gone, and the server that should stand in for it is of no use. */
import {
  certificateOfAnother,
  expiredCertificate,
  fallbackFaults,
  fallbackKilled,
  goingAway,
  hanging,
  killed,
  selfSignedCertificate,
  startStage,
} from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectNothingLost, expectOnlyFailures, phaseNamed } from './expectations.ts';
import { startLoad } from './load.ts';
import { serversAvailable, underFault } from './scenario.ts';

const wrongCertificates = [expiredCertificate, certificateOfAnother, selfSignedCertificate];

describe.runIf(serversAvailable())('with the primary killed', () => {
  test.concurrent.each(fallbackFaults)(
    'the only fallback has $name: known names are served',
    async (fault) => {
      await using stage = await startStage({ fallbacks: ['scripted'], warmTtlSeconds: 1 });
      await fault.begin(stage);
      await using load = await startLoad(stage);
      await load.warm();
      await killed.begin(stage);
      await load.phase('fault');
      await load.run({ warmPerSecond: 100 });
      await load.arrived(500);
      await load.pause();
      await load.phase('unknown');
      await load.run({ coldPerSecond: 50 });
      await load.arrived(50);
      await load.pause();
      const queries = await stage.fallbacks[0]?.settledQueries();
      await load.phase('afterwards');
      await killed.end(stage);
      await fault.end(stage);
      await load.run({ warmPerSecond: 100 });
      await load.arrived(200);
      const phases = await load.stop();
      for (const name of ['start', 'fault', 'afterwards']) expectOnlyFailures(phaseNamed(phases, name), []);
      const unknown = phaseNamed(phases, 'unknown');
      expectOnlyFailures(unknown, ['EAI_AGAIN']);
      expect(unknown.codes['EAI_AGAIN']).toBe(unknown.started);
      // Behind a wrong certificate not one query arrives.
      if (wrongCertificates.includes(fault)) expect(queries).toEqual([]);
    },
  );

  test.concurrent.each([...fallbackFaults, goingAway])(
    'the first of two fallbacks has $name: nothing is lost',
    async (fault) => {
      const { phases, queries } = await underFault(killed, {
        beforehand: fault,
        stage: { fallbacks: ['scripted', 'doh'] },
      });
      expectNothingLost(phases);
      if (wrongCertificates.includes(fault)) expect(queries.fallbacks[0]).toEqual([]);
    },
  );

  test.concurrent.each([hanging, fallbackKilled])('the first of two fallbacks is $name', async (fault) => {
    const { phases } = await underFault(killed, { beforehand: fault, stage: { fallbacks: ['doh', 'dot'] } });
    expectNothingLost(phases);
  });

  test.concurrent('the only fallback sends GOAWAY now and then', async () => {
    const { phases } = await underFault(killed, {
      beforehand: goingAway,
      stage: { fallbacks: ['scripted'] },
    });
    expectNothingLost(phases);
  });

  test.concurrent('the only fallback speaks TLS', async () => {
    const { phases } = await underFault(killed, { stage: { fallbacks: ['dot'] } });
    expectNothingLost(phases);
  });
});
