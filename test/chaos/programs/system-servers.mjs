// Runs inside a machine whose resolv.conf lists 127.0.0.1 and 127.0.0.2. The first is NSD behind a relay and knows the
// names; the second is NSD too, and denies them. Prints what lookups of the system's resolver gave under each fault.
import { createResolver } from '@doubao/resolver';
import {
  coldName,
  seededRandom,
  stageZone,
  stageZoneText,
  startNsd,
  startOpenLoop,
  startRelay,
  zoneText,
} from '@doubao/resolver-testbed';

const { perSecond, lookups } = JSON.parse(process.argv[2]);

const knowing = await startNsd({ zones: { [stageZone]: stageZoneText('primary', 1, 60) }, port: 5301 });
const relay = await startRelay({ upstream: knowing, address: '127.0.0.1', port: 53 });
const denying = await startNsd({
  zones: { [stageZone]: zoneText(stageZone, []) },
  address: '127.0.0.2',
  port: 53,
});
const resolver = createResolver();
const random = seededRandom(1);
let names = 0;

/** What so many lookups of new names gave, by address family or code. */
function load() {
  const tally = {};
  let left = lookups;
  let settled = 0;
  return new Promise((resolve) => {
    const loop = startOpenLoop(perSecond, random, () => {
      if (left === 0) return;
      left -= 1;
      if (left === 0) loop.stop();
      resolver.lookup(coldName(names++), { family: 4 }, (error) => {
        const outcome = error?.code ?? 'found';
        tally[outcome] = (tally[outcome] ?? 0) + 1;
        settled += 1;
        if (settled === lookups) resolve(tally);
      });
    });
  });
}

const faults = {
  healthy: {},
  'slower than the second by a third of a second': { delayMs: 300 },
  '30 % loss': { loss: 0.3 },
  'every answer twice and out of order': { duplicate: 1, jitterMs: 100 },
};
const results = {};
for (const [name, fault] of Object.entries(faults)) {
  await relay.set('down', fault);
  results[name] = await load();
  await relay.set('down', { delayMs: 0, jitterMs: 0, loss: 0, duplicate: 0 });
}
const askedSecond = (await denying.settledQueries()).length;
await resolver.close();
await relay.close();
await denying.close();
await knowing.close();
console.log(JSON.stringify({ results, askedSecond }));
