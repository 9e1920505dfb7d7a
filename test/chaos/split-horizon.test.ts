/** Internal servers know a name that the public one denies, or has a wildcard for: the public answer is never seen. */
import { killed, primaryFaults, startStage, zoneText, type Stage } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { startLoad, type Load, type Outcome } from './load.ts';
import { serversAvailable } from './scenario.ts';

const internal = '10.1.2.3';
const internalPublicly = '198.51.100.7';
const wildcard = '203.0.113.66';
const inside = zoneText('corp.com', [
  `db.prod 1 A ${internal}`,
  // Reached from inside only, by an address that is not private.
  `edge.prod 1 A ${internalPublicly}`,
]);
const outside = {
  denied: zoneText('corp.com', []),
  'a wildcard': zoneText('corp.com', [`* 60 A ${wildcard}`, `*.prod 60 A ${wildcard}`]),
};

/** Keeps looking up under a load of other names, and gives the outcomes in order. */
async function lookUpMeanwhile(load: Load, name: string, arrivals: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const over = new AbortController();
  const arrived = load.arrived(arrivals).then(() => over.abort());
  await load.lookUpUntil(name, (outcome) => {
    outcomes.push(outcome);
    return over.signal.aborted;
  });
  await arrived;
  return outcomes;
}

const found = ({ addresses, code }: Outcome): string => addresses?.join() ?? code ?? 'nothing';

const perSecond = 100;

describe.runIf(serversAvailable())('internal names', () => {
  describe.each(Object.entries(outside))('publicly %s', (_, text) => {
    const zones = {
      primary: { 'corp.com': inside },
      secondary: { 'corp.com': inside },
      fallback: { 'corp.com': text },
    };

    test.concurrent.each(primaryFaults)('an internal server lives, the first is $name', async (fault) => {
      await using stage = await startStage({ secondary: 'nsd', zones });
      await using load = await startLoad(stage);
      await load.warm();
      await load.run({ coldPerSecond: perSecond });
      await fault.begin(stage);
      const db = await lookUpMeanwhile(load, 'db.prod.corp.com', 3 * perSecond);
      const edge = await lookUpMeanwhile(load, 'edge.prod.corp.com', 6 * perSecond);
      await fault.end(stage);
      await load.stop();
      expect(new Set(db.map(found))).not.toContain(wildcard);
      expect(new Set(edge.map(found))).not.toContain(wildcard);
      if (!fault.name.startsWith('lying')) {
        expect(new Set(db.map(found))).toEqual(new Set([internal]));
        expect(new Set(edge.map(found))).toEqual(new Set([internalPublicly]));
      }
      expect(await askedPublicly(stage)).toEqual([]);
    });

    test.concurrent('no internal server lives', async () => {
      await using stage = await startStage({ zones });
      await using load = await startLoad(stage);
      await load.warm();
      expect(found(await load.lookUp('db.prod.corp.com', 4))).toBe(internal);
      await load.run({ coldPerSecond: perSecond });
      await load.arrived(perSecond);
      await killed.begin(stage);
      // A name with a private address is not told to a fallback; what it had is served stale.
      const outcomes = await lookUpMeanwhile(load, 'db.prod.corp.com', 6 * perSecond);
      expect(new Set(outcomes.map(found))).toEqual(new Set([internal]));
      await killed.end(stage);
      await load.stop();
      expect(await askedPublicly(stage)).toEqual([]);
    });
  });
});

async function askedPublicly({ fallbacks }: Stage): Promise<string[]> {
  const queries = await Promise.all(fallbacks.map((fallback) => fallback.settledQueries()));
  return queries.flat().flatMap(({ name }) => (name.endsWith('corp.com') ? [name] : []));
}
