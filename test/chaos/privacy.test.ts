/** What is private to a site is not told to a public server, whatever happens: read in that server's own log. */
import {
  blackHoled,
  killed,
  servfailing,
  startNsd,
  startStage,
  warmName,
  zoneText,
} from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { startLoad, type Outcome } from './load.ts';
import { serversAvailable } from './scenario.ts';

/** None of them exists anywhere here, so that whoever may be asked is asked. */
const privateNames = [
  'intranet',
  'printer.local',
  'db.internal',
  'ci.test',
  'broken.invalid',
  'hidden.onion',
  'router.home.arpa',
  'web.default.svc',
  'web.default.svc.cluster.local',
  'files.corp',
  'nas.lan',
  // By the option.
  'ledger.bank.example',
  'bank.example',
  // With a route of its own.
  'www.routed.example',
  // By the search list, which makes short names of sites full ones.
  'build.team',
];
const reversed = ['10.1.2.3', '192.168.7.8', '172.20.0.1', '100.64.0.1', 'fd00::1', '127.0.0.9'];
const suffixes = [
  'local',
  'internal',
  'test',
  'invalid',
  'onion',
  'home.arpa',
  'svc',
  'cluster.local',
  'corp',
  'lan',
  'bank.example',
  'routed.example',
  'site.example',
  'secret.example',
  'in-addr.arpa',
  'ip6.arpa',
];

function isPrivate(name: string): boolean {
  const lower = name.toLowerCase();
  return suffixes.some((suffix) => lower === suffix || lower.endsWith(`.${suffix}`)) || !lower.includes('.');
}

const perSecond = 50;

describe.runIf(serversAvailable())('a public fallback', () => {
  test.concurrent.each([killed, blackHoled, servfailing])('the primary is $name', async (fault) => {
    // A public name with a private address: known to be so once a primary has said it.
    const primary = { 'secret.example': zoneText('secret.example', ['vault 1 A 192.168.1.1']) };
    await using routed = await startNsd({ zones: { 'routed.example': zoneText('routed.example', []) } });
    await using stage = await startStage({ zones: { primary } });
    await using load = await startLoad(stage, {
      options: {
        privateNames: ['bank.example'],
        routes: { 'routed.example': [`udp://${routed.endpoint}`] },
        search: ['site.example'],
        // A search list's names come first for names with one dot.
        ndots: 2,
      },
    });
    await load.warm();
    expect((await load.lookUp('vault.secret.example', 4)).addresses).toEqual(['192.168.1.1']);
    await load.run({ coldPerSecond: perSecond });
    await fault.begin(stage);
    const ask = async (): Promise<readonly Outcome[]> =>
      Promise.all([
        ...privateNames.map((name) => load.lookUp(name)),
        ...reversed.map((address) => load.reverse(address)),
      ]);
    // Before anybody knows that the primary is gone, and when all do.
    const outcomes = [...(await ask())];
    await load.arrived(perSecond * 5);
    outcomes.push(...(await ask()));
    expect((await load.lookUp('vault.secret.example', 4)).addresses).toEqual(['192.168.1.1']);
    // As if there were no such upstream.
    expect(outcomes.filter(({ code }) => code === undefined)).toEqual([]);
    await load.pause();
    const [queries = []] = await Promise.all(stage.fallbacks.map((fallback) => fallback.settledQueries()));
    expect(queries.filter(({ name }) => isPrivate(name)).map(({ name }) => name)).toEqual([]);
    // It was asked for what is public: otherwise this proves nothing.
    expect(queries.filter(({ name }) => !isPrivate(name)).length).toBeGreaterThan(0);
    expect(await routed.settledQueries({ name: 'www.routed.example' })).not.toEqual([]);
    await fault.end(stage);
    await load.stop();
  });

  test.concurrent('one that is not public is told', async () => {
    const zones = { fallback: { 'bank.example': zoneText('bank.example', ['ledger A 10.7.7.7']) } };
    await using stage = await startStage({ zones });
    const [fallback] = stage.options.fallback ?? [];
    await using load = await startLoad(stage, {
      allOptions: {
        servers: stage.options.servers,
        ...(fallback !== undefined && { fallback: [{ ...fallback, public: false }] }),
        privateNames: ['bank.example'],
      },
    });
    expect((await load.lookUp(warmName(1))).addresses).not.toEqual([]);
    await killed.begin(stage);
    expect((await load.lookUp('ledger.bank.example', 4)).addresses).toEqual(['10.7.7.7']);
    await load.stop();
  });
});
