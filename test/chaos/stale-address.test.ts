/** A name gets another address while nobody can be asked: the old one is served until then, and never after. */
import { stageZone, stageZoneText, startStage, zoneText } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { startLoad, type Outcome } from './load.ts';
import { serversAvailable } from './scenario.ts';

const name = 'moving.example';
const [before, after] = ['198.51.100.1', '198.51.100.2'];
const zoneWith = (address: string): Record<string, string> => ({
  [stageZone]: stageZoneText('primary', 1000, 2),
  [name]: zoneText(name, [`@ 1 A ${address}`]),
});
const found = ({ addresses, code }: Outcome): string => addresses?.join() ?? code ?? 'nothing';

describe.runIf(serversAvailable())('an address that changes while it is stale', () => {
  test.concurrent.each([true, false])('with others being looked up meanwhile: %s', async (isBusy) => {
    await using stage = await startStage({ fallbacks: [], zones: { primary: zoneWith(before) } });
    // The ordinary hold is half a minute.
    await using load = await startLoad(stage, { options: { cache: { stale: { hold: 2 } } } });
    expect(found(await load.lookUp(name, 4))).toBe(before);
    await stage.primary.kill();
    await load.statsWhen(({ mirror }) => mirror.entries === 0);
    if (isBusy) await load.run({ coldPerSecond: 50 });
    const during = new Set<string>();
    for (let lookups = 0; lookups < 100; lookups += 1) during.add(found(await load.lookUp(name, 4)));
    expect(during).toEqual(new Set([before]));
    await stage.primary.start(zoneWith(after));
    const next = await load.lookUpUntil(name, (outcome) => found(outcome) !== before);
    expect(found(next)).toBe(after);
    // Once the new one was seen the old one never came back.
    for (let lookups = 0; lookups < 100; lookups += 1) {
      expect(found(await load.lookUp(name, 4))).toBe(after);
    }
    await load.stop();
  });
});
