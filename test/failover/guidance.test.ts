/** The whole way: samples of the addon, a decision in JavaScript, a direction that the addon obeys. */
import { expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { runProgram, startProgram } from '../program.ts';
import {
  answering,
  createCertificateAuthority,
  entryOf,
  Events,
  load,
  newName,
  resolverOf,
  silent,
  startEncrypted,
  startPlain,
} from './stage.ts';

const FIRST = '198.18.0.1';
const SECOND = '198.18.0.2';
/** So that a switch-back takes seconds. */
const health = { probeInterval: 200, canary: 400, ramp: 200, leadStays: 500 };

test('a primary falls silent, a fallback leads, and the primary comes back by canary and ramp', async () => {
  await using primary = await startPlain(FIRST);
  await using fallback = await startPlain(SECOND);
  await using resolver = resolverOf({
    servers: [`udp://${primary.endpoint}`],
    fallback: [`udp://${fallback.endpoint}`],
    health,
  });
  using events = new Events();
  expect(resolver.stats().failover).toBeNull();

  // Until somebody decides.
  const first = load(resolver, fallbackKnown());
  async function fallbackKnown(): Promise<void> {
    while (resolver.stats().failover === null) await resolver.promises.lookup(newName(), { family: 4 });
  }
  expect(Object.keys(await first)).toEqual([FIRST]);
  expect(resolver.stats().failover).toMatchObject({
    state: 'primary',
    lead: `udp://${primary.endpoint}`,
    version: 1,
    failovers: 0,
  });
  expect(events.seen).toEqual([]);

  primary.onQuery = silent;
  const during = await load(resolver, events.next('lead'));
  expect(Object.keys(during).toSorted()).toEqual([SECOND]);
  expect(events.typesBut('suspect', 'cleared')).toEqual(['down', 'failover', 'lead']);
  expect(resolver.stats().failover).toMatchObject({
    state: 'failed-over',
    lead: `udp://${fallback.endpoint}`,
    failovers: 1,
    upstreams: [{ state: 'healthy' }, { state: 'down', downReason: 'silence' }],
  });
  // Who is down is left in peace, but for probes. The first may have left before.
  primary.clearQueries();
  for (let probes = 0; probes < 2; probes++) {
    expect(Object.keys(await load(resolver, events.next('probe')))).toEqual([SECOND]);
  }
  const isProbe = ({ name }: { name: string }): boolean => /^[0-9a-f]{16}\./.test(name);
  expect(primary.queries.some(isProbe)).toBe(true);
  // A question that had begun before the direction was another may have been asked still.
  expect(primary.queries.filter((query) => !isProbe(query)).length).toBeLessThan(3);

  primary.onQuery = answering(FIRST);
  const after = await load(resolver, events.next('switchback'));
  expect(Object.keys(after).toSorted()).toEqual([FIRST, SECOND]);
  const back = events.typesBut('suspect', 'cleared', 'probe');
  expect(back.slice(3, 6)).toEqual(['up', 'prepare', 'canary']);
  expect(back).toContain('ramp');
  expect(events.seen.find(({ type }) => type === 'switchback')).toMatchObject({
    upstream: `udp://${primary.endpoint}`,
    from: `udp://${fallback.endpoint}`,
    hotReset: true,
  });
  expect(Object.keys(await load(resolver, Promise.resolve()))).toEqual([FIRST]);
  expect(resolver.stats().failover).toMatchObject({ state: 'full', switchbacks: 1 });
});

test('of two servers the second takes the lead, and gives it back', async () => {
  await using first = await startPlain(FIRST);
  await using second = await startPlain(SECOND);
  await using resolver = resolverOf({
    servers: [`udp://${first.endpoint}`, `udp://${second.endpoint}`],
    health,
  });
  using events = new Events();
  first.onQuery = silent;
  second.onQuery = answering(SECOND);
  const tally = await load(resolver, events.next('down'));
  expect(Object.keys(tally)).toEqual([SECOND]);
  first.onQuery = answering(FIRST);
  await load(resolver, events.next('up'));
  expect(events.typesBut('suspect', 'cleared', 'probe', 'lead')).toEqual(['down', 'up']);
});

test('that a private name was kept from a public server is told once for its suffix', async () => {
  await using primary = await startPlain(FIRST);
  await using fallback = await startPlain(SECOND);
  await using resolver = resolverOf({
    servers: [`udp://${primary.endpoint}`],
    fallback: [`udp://${fallback.endpoint}`],
    privateNames: ['site.example'],
  });
  using events = new Events();
  primary.onQuery = silent;
  const told = events.next('refused-suffix');
  for (const name of ['a.site.example', 'b.site.example']) {
    const lookup = resolver.promises.lookup(name, { family: 4, timeout: 1000 });
    await expect(lookup).rejects.toMatchObject({ code: 'EAI_AGAIN' });
  }
  const { namespace } = resolver.stats();
  expect(await told).toMatchObject({ namespace, suffix: 'site.example' });
  expect(events.seen.filter(({ type }) => type === 'refused-suffix')).toHaveLength(1);
  expect(fallback.queries).toEqual([]);
});

test('a single server is not guided', async () => {
  await using server = await startPlain(FIRST);
  await using resolver = resolverOf({ servers: [`udp://${server.endpoint}`] });
  using events = new Events();
  server.onQuery = silent;
  await expect(resolver.promises.lookup(newName(), { family: 4, timeout: 2000 })).rejects.toMatchObject({
    code: 'EAI_AGAIN',
  });
  expect(events.seen).toEqual([]);
  expect(resolver.stats().failover).toBeNull();
});

test.each(nodes)('on Node $version a failover outlives the thread that decided it', async (node) => {
  const outcome = await runProgram(node, new URL('./programs/owner-ends.mjs', import.meta.url));
  expect(outcome).toEqual({
    before: 'failed-over',
    elsewhere: null,
    inherited: { state: 'failed-over', failovers: 0, down: 'inherited' },
    askedOfWhoIsDown: 0,
    events: [],
  });
});

test.each(nodes)('on Node $version neither timers nor probes hold a process', async (node) => {
  const authority = await createCertificateAuthority();
  await using primary = await startPlain(FIRST);
  await using fallback = await startEncrypted(authority, SECOND);
  // A probe that nobody answers.
  fallback.onQuery = silent;
  const input = {
    servers: [`udp://${primary.endpoint}`],
    fallback: [{ ...entryOf(authority, fallback), ca: String(authority.cert) }],
    hosts: false,
    search: [],
    system: 'never',
    health: { probeInterval: 100 },
  };
  const file = new URL('./programs/ends-by-itself.mjs', import.meta.url);
  using program = startProgram(node, file, { input });
  await fallback.waitForQueries(1);
  program.send({ stop: true });
  expect(await program.ended).toEqual({ status: 0, stderr: '' });
  await authority.close();
});
