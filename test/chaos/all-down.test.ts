/** Nobody answers any more: what was ever resolved still is, and what was not fails with `EAI_AGAIN`. */
import { blackHoled, killed, servfailing, startStage, type Fault } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { expectOnlyFailures, phaseNamed } from './expectations.ts';
import { startLoad } from './load.ts';
import { serversAvailable } from './scenario.ts';

/** The same happens to every server of the primary class, and the fallback's port is closed. */
function everywhere(fault: Fault): Fault {
  const each = async (change: 'begin' | 'end', stage: Parameters<Fault['begin']>[0]): Promise<void> => {
    await fault[change](stage);
    if (stage.secondary !== undefined) await fault[change]({ ...stage, primary: stage.secondary });
  };
  return {
    name: fault.name,
    async begin(stage) {
      await each('begin', stage);
      for (const fallback of stage.fallbacks) await fallback.kill();
    },
    async end(stage) {
      await each('end', stage);
      for (const fallback of stage.fallbacks) await fallback.start();
    },
  };
}

const warmTtlSeconds = 1;
const coldPerSecond = 100;

describe.runIf(serversAvailable())('with a warm cache', () => {
  test.concurrent.each([killed, blackHoled, servfailing].map(everywhere))('all are $name', async (fault) => {
    await using stage = await startStage({ secondary: 'nsd', warmTtlSeconds });
    await using load = await startLoad(stage);
    await load.warm();
    await fault.begin(stage);
    await load.phase('unknown');
    await load.run({ coldPerSecond });
    // Long enough for every warm name to expire.
    await load.arrived(3 * warmTtlSeconds * coldPerSecond);
    await load.pause();
    // Each name's first expiry, and again within the hold.
    await load.phase('known');
    await load.warm();
    await load.phase('known, again');
    await load.warm();
    await load.phase('unknown, again');
    await load.run({ coldPerSecond });
    await load.arrived(coldPerSecond);
    await load.pause();
    const { staleServed } = await load.stats();
    const phases = await load.stop();
    for (const name of ['start', 'known', 'known, again']) expectOnlyFailures(phaseNamed(phases, name), []);
    for (const name of ['unknown', 'unknown, again']) {
      const phase = phaseNamed(phases, name);
      expectOnlyFailures(phase, ['EAI_AGAIN']);
      expect(phase.codes['EAI_AGAIN']).toBe(phase.started);
    }
    expect(staleServed).toBeGreaterThanOrEqual(stage.warmNames);
    await fault.end(stage);
  });
});
