/** The wall clock is set an hour ahead, and an hour back: nothing that has to do with lookups goes by it. */
import { blackHoled, createWallClock, startStage, wallClockAvailable } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { expectNothingLost } from './expectations.ts';
import { startLoad } from './load.ts';
import { serversAvailable } from './scenario.ts';

const hourMs = 3_600_000;

describe.runIf(serversAvailable() && wallClockAvailable())('the clock is set by an hour', () => {
  test.concurrent.each(nodes)('answers neither expire nor live longer, on Node $version', async (node) => {
    await using clock = await createWallClock();
    await using stage = await startStage({ fallbacks: [], warmNames: 100, warmTtlSeconds: 600 });
    await using load = await startLoad(stage, { env: clock.env, node });
    await load.warm();
    const { up: asked } = await stage.primary.relayStats();
    for (const offsetMs of [hourMs, -hourMs, 0]) {
      await clock.set(offsetMs);
      await load.wallClockShows(offsetMs);
      await load.phase(`${offsetMs} ms`);
      await load.warm();
    }
    expectNothingLost(await load.stop());
    // For each name and family once, and never again.
    expect(asked.received).toBeGreaterThanOrEqual(2 * stage.warmNames);
    expect((await stage.primary.relayStats()).up.received).toBe(asked.received);
  });

  test.concurrent('a failover goes its way', async () => {
    await using clock = await createWallClock();
    await using stage = await startStage();
    await using load = await startLoad(stage, { env: clock.env });
    await load.warm();
    await load.run({ warmPerSecond: 100, coldPerSecond: 100 });
    await load.arrived(200);
    await load.phase('fault');
    await blackHoled.begin(stage);
    await load.event('failover');
    for (const offsetMs of [hourMs, 0]) {
      await clock.set(offsetMs);
      await load.wallClockShows(offsetMs);
      await load.phase(`${offsetMs} ms`);
      await load.arrived(200);
    }
    // An hour has not passed: nobody was probed and found well.
    expect(load.events.map(({ type }) => type)).not.toContain('switchback');
    await blackHoled.end(stage);
    await load.event('prepare');
    expectNothingLost(await load.stop());
  });
});
