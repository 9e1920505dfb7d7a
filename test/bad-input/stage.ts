/** What every test of bad input needs: a server that misbehaves, a bystander whose query must not suffer, after-checks. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createResolver, type DoubaoResolver, type ResolverOptions } from '@doubao/resolver';
import {
  a,
  answer,
  byType,
  drop,
  forgedAddresses,
  hold,
  nodata,
  startDnsServer,
  type Behaviour,
  type DnsServer,
  type DnsServerOptions,
  type Exchange,
  type Query,
} from '@doubao/resolver-testbed';
import { expect } from 'vitest';

/** The name that the bad input is about. */
export const victim = 'www.victim.test';
/** Another name, asked for at the same time. */
export const bystander = 'bystander.test';
/** What the genuine answers say. */
export const genuine = '192.0.2.1';
const bystanderAddress = '192.0.2.200';

/**
 * No attempt ends by time within a lookup's deadline, and none is hedged: whatever follows a bad message follows at once,
 * or the lookup fails.
 */
export const patience: ResolverOptions = { timeout: 60_000, deadline: 20_000, hedge: false };

let started = 0;

/**
 * A scripted server at a loopback address that no other one of this process has: ports come back after a while, and what
 * the resolver knows of a server outlives its test.
 */
export function startServer(options: Omit<DnsServerOptions, 'address'>): Promise<DnsServer> {
  started += 1;
  return startDnsServer({ ...options, address: `127.1.${started >>> 8}.${started & 0xff}` });
}

/** A resolver that knows only these servers. */
export function resolverFor(
  servers: readonly { readonly endpoint: string }[],
  { protocol = 'udp', ...options }: ResolverOptions & { readonly protocol?: 'udp' | 'tcp' } = {},
): DoubaoResolver {
  return createResolver({
    servers: servers.map(({ endpoint }) => `${protocol}://${endpoint}`),
    hosts: false,
    search: [],
    system: 'never',
    ...patience,
    ...options,
  });
}

/** What is set up for one bad input. */
export interface StageOptions extends ResolverOptions {
  /** How the resolver reaches its servers. Default `'udp'`. */
  readonly protocol?: 'udp' | 'tcp';
  /** What a second server does with every query; there is none without it. */
  readonly second?: Behaviour;
  readonly server?: Omit<DnsServerOptions, 'address' | 'onQuery'>;
  /** What both servers do with queries for AAAA records. Default: they deny that there are any. */
  readonly ipv6?: Behaviour;
  /** How often the bystander is asked for: once (default), unless its connection is lost. */
  readonly bystanderQueries?: number;
}

export interface Stage extends AsyncDisposable {
  readonly server: DnsServer;
  /** The second server. @throws Error without one. */
  readonly second: DnsServer;
  readonly resolver: DoubaoResolver;
  /** Addresses of a name, both families: what only one was asked for, `peek` does not show. */
  lookUp(name?: string): Promise<string[]>;
  /** The victim's queries for A records, which are those that the script is about. */
  asked(filter?: { readonly transport: 'udp' | 'tcp' }): Query[];
  /**
   * What holds after any bad input: the bystander gets its answer to its only query, the cache shows the good addresses of
   * the victim and nothing else, and a later lookup is served from it.
   *
   * @param good none if every answer was bad
   */
  checkAftermath(...good: string[]): Promise<void>;
}

/**
 * Starts a server that does `misbehave` to queries for all records but AAAA, and a lookup of the bystander, which it
 * holds. No name has IPv6 addresses unless the options say so.
 */
export async function setStage(misbehave: Behaviour, options: StageOptions = {}): Promise<Stage> {
  const {
    second: secondBehaviour,
    server: serverOptions = {},
    ipv6 = nodata(),
    bystanderQueries = 1,
    ...resolverOptions
  } = options;
  const held = hold(answer(a(bystanderAddress)));
  const script = (behaviour: Behaviour): Behaviour => byType({ AAAA: ipv6 }, behaviour);
  const server = await startServer({
    ...serverOptions,
    onQuery: (query) => (query.name === bystander ? held : script(misbehave)),
  });
  const other =
    secondBehaviour === undefined ? undefined : await startServer({ onQuery: () => script(secondBehaviour) });
  const both = other === undefined ? [server] : [server, other];
  const resolver = resolverFor(both, resolverOptions);
  // The bystander has patience even where the test has none.
  const { protocol = 'udp', timeout } = resolverOptions;
  const calm = timeout === undefined ? resolver : resolverFor(both, { protocol });
  const lookUp = (name = victim): Promise<string[]> => {
    const found = resolver.promises.lookup(name, { all: true });
    const addresses = found.then((all) => all.map(({ address }) => address));
    // A failed assertion leaves it behind.
    addresses.catch(() => undefined);
    return addresses;
  };
  const asked: Stage['asked'] = (filter) => server.queriesFor({ name: victim, type: 'A', ...filter });
  const unharmed = calm.promises.lookup(bystander, { family: 4 });
  unharmed.catch(() => undefined);
  await held.waitFor(1);

  return {
    server,
    resolver,
    get second() {
      if (other === undefined) throw new Error('There is no second server');
      return other;
    },
    lookUp,
    asked,
    async checkAftermath(...good) {
      await held.release();
      expect(await unharmed).toEqual({ address: bystanderAddress, family: 4 });
      expect(server.queriesFor({ name: bystander })).toHaveLength(bystanderQueries);
      expect(shown(resolver, victim)).toEqual(good.toSorted());
      if (good.length === 0) return;
      const before = asked().length;
      expect((await lookUp()).toSorted()).toEqual(good.toSorted());
      expect(asked()).toHaveLength(before);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([resolver.close(), calm.close()]);
      await other?.close();
      await server.close();
    },
  };
}

/** Addresses that the cache shows for a name, sorted. */
export function shown(resolver: DoubaoResolver, name: string): string[] {
  return (resolver.peek(name)?.addresses ?? []).map(({ address }) => address).toSorted();
}

/** The error of a lookup that must fail. */
export async function failureOf(lookup: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  try {
    await lookup;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error('The lookup succeeded');
}

/** How many failure samples the stage's first server got, once the I/O thread has nothing left to do. */
export async function failuresOfServer({ server, resolver }: Stage): Promise<number> {
  // The thread shows what it knows of its servers when it has become idle, and zeros until then.
  const upstream = () => resolver.stats().upstreams.find((candidate) => candidate.server === server.endpoint);
  await until(() => upstream()?.answered !== 0 && upstream()?.inflight === 0);
  return upstream()?.failed ?? 0;
}

/** Turns the event loop until the I/O thread has got so far; the test's timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

/** UDP only: does nothing, but only once the client has read everything sent to it. */
export function untilRead(): Behaviour {
  return (exchange: Exchange) => exchange.drained();
}

/** The genuine answer. */
export const goodAnswer: Behaviour = answer(a(genuine));
/** An answer that must never be used. */
export const badAnswer: Behaviour = answer(a(forgedAddresses.A));
/** Silence. */
export const silence: Behaviour = drop();
