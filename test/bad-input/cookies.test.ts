/**
 * DNS cookies (RFC 7873): what a server and the resolver know each other by, and what a datagram gets that lacks it. The
 * last test is against BIND, which gives cookies to everyone who asks.
 */
import {
  a,
  available,
  byTransport,
  cookieOf,
  demandingCookie,
  failure,
  forgedAddresses,
  hold,
  inOrder,
  missingCookie,
  respondWithCookie,
  rightCookie,
  soa,
  startBind,
  whyUnavailable,
  wrongClientCookie,
  zoneText,
  type Behaviour,
  type CookieScript,
  type DnsServerOptions,
  type Query,
} from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { genuine, resolverFor, setStage, silence, victim, type Stage } from './stage.ts';

const clientOctets = 8;

const good = respondWithCookie({ answers: [a(genuine)] });

/** A forged address, with whatever a forger makes of the cookie. */
function bad(script: CookieScript): Behaviour {
  return respondWithCookie({ answers: [a(forgedAddresses.A)] }, script);
}

/** No AAAA records, from a server with cookies. */
const noIpv6 = respondWithCookie({ authorities: [soa('test')] });

/** A stage whose server has cookies, of which the resolver knows by now, and does `misbehave` to the victim's queries. */
async function setCookieStage(
  misbehave: Behaviour,
  server: Omit<DnsServerOptions, 'address' | 'onQuery'> = {},
): Promise<Stage> {
  const stage = await setStage((exchange) => (exchange.query.name === victim ? misbehave : good)(exchange), {
    ipv6: noIpv6,
    server,
  });
  for (const name of ['first.test', 'second.test']) expect(await stage.lookUp(name)).toEqual([genuine]);
  expect(cookiesOf(stage, 'first.test')).toEqual([undefined]);
  expect(cookiesOf(stage, 'second.test')).toEqual([clientOctets]);
  return stage;
}

/** Octets of the cookie in each query for A records of a name; undefined without one. */
function cookiesOf({ server }: Stage, name = victim): (number | undefined)[] {
  return server.queriesFor({ name, type: 'A' }).map(octetsOf);
}

function octetsOf(query: Query): number | undefined {
  const cookie = cookieOf(query);
  return cookie && cookie.client.length + cookie.server.length;
}

function transports(stage: Stage): string[] {
  return stage.asked().map(({ transport }) => transport);
}

/** What the server's own cookie adds. */
const bothOctets = 24;

describe.each([
  ['without a cookie', missingCookie],
  ['with a wrong client cookie', wrongClientCookie],
])('an answer over UDP %s', (_, script) => {
  it('is dropped, and the question goes to TCP', async () => {
    await using stage = await setCookieStage(byTransport({ udp: bad(script), tcp: good }));
    const before = stage.resolver.stats().cookiesRejected;
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(stage.resolver.stats().cookiesRejected).toBe(before + 1);
    expect(transports(stage)).toEqual(['udp', 'tcp']);
    expect(cookiesOf(stage)).toEqual([bothOctets, bothOctets]);
    await stage.checkAftermath(genuine);
    await stage.lookUp('later.test');
    expect(cookiesOf(stage, 'later.test')).toEqual([bothOctets]);
  });

  it('does not hide the genuine one that comes after it', async () => {
    const overTcp = hold(silence);
    await using stage = await setCookieStage(byTransport({ udp: inOrder(bad(script), good), tcp: overTcp }));
    expect(await stage.lookUp()).toEqual([genuine]);
    await overTcp.waitFor(1);
    await stage.checkAftermath(genuine);
  });

  it('is what counts over TCP, and ends the cookies of that server', async () => {
    const forgetful = respondWithCookie({ answers: [a(genuine)] }, script);
    await using stage = await setCookieStage(byTransport({ udp: bad(script), tcp: forgetful }));
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(transports(stage)).toEqual(['udp', 'tcp']);
    await stage.checkAftermath(genuine);
    await stage.lookUp('later.test');
    expect(cookiesOf(stage, 'later.test')).toEqual([undefined]);
    expect(stage.server.queriesFor({ name: 'later.test', type: 'A' })[0]?.hasOpt).toBe(true);
  });

  it('ends them too where nobody listens on TCP: the next query carries none, and its answer counts', async () => {
    const behaviour: Behaviour = (exchange) =>
      (cookieOf(exchange.query) === undefined ? good : bad(script))(exchange);
    await using stage = await setCookieStage(behaviour, { transports: ['udp'] });
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(transports(stage)).toEqual(['udp', 'udp']);
    expect(cookiesOf(stage)).toEqual([bothOctets, undefined]);
    await stage.checkAftermath(genuine);
  });
});

it('a format error without a cookie does not turn EDNS off', async () => {
  const overTcp = hold(good);
  await using stage = await setCookieStage(byTransport({ udp: failure('FORMERR'), tcp: overTcp }));
  const lookup = stage.lookUp();
  await overTcp.waitFor(1);
  await overTcp.release();
  expect(await lookup).toEqual([genuine]);
  expect(stage.asked().map(({ hasOpt }) => hasOpt)).toEqual([true, true]);
  await stage.checkAftermath(genuine);
});

it('a server that demands cookies gets them: none, ours, and both', async () => {
  await using stage = await setStage(demandingCookie(good), { ipv6: demandingCookie(noIpv6) });
  expect(await stage.resolver.promises.lookup(victim, { family: 4 })).toEqual({
    address: genuine,
    family: 4,
  });
  expect(transports(stage)).toEqual(['udp', 'udp', 'udp']);
  expect(cookiesOf(stage)).toEqual([undefined, clientOctets, bothOctets]);
  expect(await stage.lookUp('later.test')).toEqual([genuine]);
  expect(cookiesOf(stage, 'later.test')).toEqual([bothOctets]);
  await stage.lookUp();
  await stage.checkAftermath(genuine);
});

it('a server that likes no cookie is asked again three times, and then over TCP', async () => {
  const never = respondWithCookie({ rcode: 'BADCOOKIE' }, rightCookie);
  await using stage = await setCookieStage(byTransport({ udp: never, tcp: good }));
  expect(await stage.lookUp()).toEqual([genuine]);
  expect(transports(stage)).toEqual(['udp', 'udp', 'udp', 'udp', 'tcp']);
  await stage.checkAftermath(genuine);
});

if (!available('named')) console.log(`Cookies of BIND are not tested: ${whyUnavailable('named')}`);

it.runIf(available('named'))('BIND takes the cookie that it gave', { timeout: 60_000 }, async () => {
  const names = ['a', 'b', 'c', 'd'].map((label) => `${label}.example.test`);
  const zones = { 'example.test': zoneText('example.test', [`* A ${genuine}`]) };
  const extraConfig = 'logging { channel shown { stderr; severity info; }; category queries { shown; }; };';
  await using server = await startBind({ zones, extraConfig });
  await using resolver = resolverFor([server]);
  for (const hostname of names) {
    expect(await resolver.promises.lookup(hostname, { family: 4 })).toEqual({ address: genuine, family: 4 });
  }
  const queries = await server.settledQueries({ type: 'A' });
  expect(queries.map(({ transport }) => transport)).toEqual(['udp', 'udp', 'udp', 'udp']);
  expect(queries.map(octetsOf)).toEqual([undefined, clientOctets, bothOctets, bothOctets]);
  // BIND's log says V of a query whose server cookie it found valid, and K of one that it did not.
  const flags = names.map((name) => new RegExp(`query: ${name} IN A (\\S+)`).exec(server.output)?.[1]);
  expect(flags).toEqual([
    expect.not.stringMatching(/[VK]/),
    expect.stringContaining('K'),
    expect.stringContaining('V'),
    expect.stringContaining('V'),
  ]);
});
