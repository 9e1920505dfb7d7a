import { createResolver } from '@doubao/resolver';
import { KNOWN_NAMES, LOOKUPS_PER_SECOND, Scene, type Tally } from '../failover/scene.ts';
import { fallbackServer, PRIVATE_NAME, primaryServer, PUBLIC_DOMAIN } from '../failover/servers.ts';
import type { Stage } from '../stage.ts';

/** How long each part of the story is shown, once what it waits for has happened. */
const showMs = 1500;

/** Instead of 10, 30, 10 and 60 s. */
const health = { probeInterval: 500, canary: 2000, ramp: 1000, leadStays: 2000 };

const intro = [
  `  ${LOOKUPS_PER_SECOND} lookups a second: half of them of ${KNOWN_NAMES} names that live for 1 s, half of a new name each.`,
  '  Shortened for the demo: probes every 0.5 s (else 10 s), canary 2 s (30 s), two ramps of 1 s (10 s),',
  '  who leads stays for 2 s at least (60 s).',
  '',
];

function failedOf({ failed, ended }: Tally): string {
  return `${failed} of ${ended} failed`;
}

/** The primary dies, then its fallback too, and both come back: what a program notices of it. */
export const failover: Stage = {
  title: 'Primary killed under load, then everybody, and the way back',
  deadlineMs: 180_000,
  async run(screen) {
    await using primary = primaryServer();
    const { server: fallback, entry } = fallbackServer();
    await using _fallback = fallback;
    await Promise.all([primary.start(), fallback.start()]);
    await using resolver = createResolver({
      servers: [`udp://127.0.0.1:${primary.port}`],
      fallback: [entry()],
      hosts: false,
      search: [],
      system: 'never',
      deadline: 2000,
      health,
    });
    const lookUp = (name: string): Promise<string> =>
      resolver.promises.lookup(name, { family: 4 }).then(
        ({ address }) => address,
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
      );
    using scene = new Scene(resolver, screen, intro);
    await lookUp(PRIVATE_NAME);
    await scene.until(() => resolver.stats().failover !== null, showMs);

    const killed = scene.begin('the primary is killed');
    await primary.kill();
    await scene.until(() => scene.lead() === 'fallback', showMs);
    await lookUp(PRIVATE_NAME);

    const staleBefore = resolver.stats().staleServed;
    await scene.keepToKnownNames();
    const nobody = scene.begin('the fallback is killed');
    await fallback.kill();
    const never = lookUp(`never.${PUBLIC_DOMAIN}`);
    await scene.until(() => resolver.stats().staleServed > staleBefore, showMs);
    const ofNever = await never;
    const staleServed = resolver.stats().staleServed - staleBefore;

    scene.begin('the fallback is started');
    await fallback.start();
    await scene.until(() => scene.lead() === 'fallback', 0);
    scene.hasNewNames = true;
    const back = scene.begin('the primary is started');
    await primary.start();
    await scene.until(() => scene.types.includes('switchback'), showMs);

    const way = scene.types.filter((type) => type === 'canary' || type === 'ramp' || type === 'switchback');
    return [
      {
        claim: 'the primary died, and every lookup had its answer',
        observed: failedOf(killed),
        ok: scene.types.includes('failover') && killed.ended > 0 && killed.failed === 0,
      },
      {
        claim: 'a private name was asked of the primary only',
        observed: `${PRIVATE_NAME} was${fallback.wasAskedAbout(PRIVATE_NAME) ? '' : ' not'} seen by the fallback`,
        ok: primary.wasAskedAbout(PRIVATE_NAME) && !fallback.wasAskedAbout(PRIVATE_NAME),
      },
      {
        claim: 'everybody was dead, and known names had their last answer',
        observed: `${failedOf(nobody)}, ${staleServed} answers were stale`,
        ok: nobody.failed === 0 && staleServed > 0,
      },
      { claim: 'a name that nobody knew failed', observed: ofNever, ok: ofNever === 'EAI_AGAIN' },
      {
        claim: 'the primary came back, by canary and ramp',
        observed: `${way.join(', ')}; ${failedOf(back)}`,
        ok: scene.lead() === 'primary' && /^canary.*,ramp,switchback$/.test(way.join()) && back.failed === 0,
      },
    ];
  },
};
