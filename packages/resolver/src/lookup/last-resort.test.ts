import { hostname as hostName } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Status } from '../native/binding.ts';
import type { nodeLookup } from '../runtime/node-dns.ts';
import { AnswerFlag } from '../native/record.ts';
import { fakeResolver, type FakeResolver } from '../test-support/fake-resolver.ts';
import type { ResolverOptions } from '../configuration/options.ts';

interface SystemCall {
  readonly name: string;
  readonly options: object;
  readonly answer: (error: object | null, addresses?: { address: string; family: number }[]) => void;
}

interface WithSystem extends FakeResolver {
  /** Calls of getaddrinfo that have not been answered. */
  readonly calls: SystemCall[];
}

function withSystem(options: ResolverOptions = {}, flags = 0): WithSystem {
  const calls: SystemCall[] = [];
  const getaddrinfo = ((name: string, given: object, answer: SystemCall['answer']) => {
    calls.push({ name, options: given, answer });
  }) as unknown as typeof nodeLookup;
  const fake = fakeResolver(options, { getaddrinfo });
  fake.binding.atOnce = () => ({ status: Status.NxDomain, flags });
  return { ...fake, calls };
}

function reply({ calls }: WithSystem, address = '192.0.2.1'): void {
  (calls.shift() as SystemCall).answer(null, [{ address, family: 4 }]);
}

const NOT_KNOWN = { errno: -3008, code: 'ENOTFOUND' };

describe('getaddrinfo is asked after a denial', () => {
  it.each(['printer.local', 'PRINTER.Local.', 'nas', 'nas.', hostName()])('of %s', async (name) => {
    const fake = withSystem();
    const result = fake.resolver.promises.lookup(name, { family: 4, hints: 0 });
    expect(fake.calls).toMatchObject([{ options: { family: 4, hints: 0, all: true } }]);
    reply(fake);
    expect(await result).toEqual({ address: '192.0.2.1', family: 4 });
  });

  it('of any name where the system has other modules', async () => {
    const fake = withSystem({}, AnswerFlag.OtherServices);
    const result = fake.resolver.promises.lookup('one.test');
    reply(fake);
    expect(await result).toEqual({ address: '192.0.2.1', family: 4 });
  });

  it('that was waited for', async () => {
    const fake = withSystem();
    fake.binding.atOnce = () => undefined;
    const result = fake.resolver.promises.lookup('nas');
    fake.binding.deliver({ status: Status.NoData });
    reply(fake);
    expect(await result).toEqual({ address: '192.0.2.1', family: 4 });
  });
});

describe('getaddrinfo is not asked', () => {
  it('for other names', async () => {
    const fake = withSystem();
    await expect(fake.resolver.promises.lookup('one.test')).rejects.toMatchObject(NOT_KNOWN);
    expect(fake.calls).toHaveLength(0);
  });

  it('after failures', async () => {
    const fake = withSystem();
    fake.binding.atOnce = () => ({ status: Status.ServFail });
    await expect(fake.resolver.promises.lookup('nas')).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    expect(fake.calls).toHaveLength(0);
  });

  it("with system: 'never'", async () => {
    const fake = withSystem({ system: 'never' }, AnswerFlag.OtherServices);
    await expect(fake.resolver.promises.lookup('nas')).rejects.toMatchObject(NOT_KNOWN);
    expect(fake.calls).toHaveLength(0);
  });
});

describe('what getaddrinfo says', () => {
  it('is our own denial when it knows no better', async () => {
    const fake = withSystem();
    fake.binding.atOnce = () => ({ status: Status.NoData });
    const result = fake.resolver.promises.lookup('nas');
    (fake.calls.shift() as SystemCall).answer({ errno: -3001, code: 'EAI_AGAIN' });
    await expect(result).rejects.toMatchObject({ errno: -3007, code: 'ENOTFOUND', hostname: 'nas' });
  });

  it('is for everybody who asks meanwhile', async () => {
    const fake = withSystem();
    const results = [1, 2, 3].map(() => fake.resolver.promises.lookup('nas'));
    expect(fake.calls).toHaveLength(1);
    reply(fake);
    expect(await Promise.all(results)).toEqual([1, 2, 3].map(() => ({ address: '192.0.2.1', family: 4 })));
  });

  it('is kept for 30 s', async () => {
    const fake = withSystem();
    const first = fake.resolver.promises.lookup('nas');
    reply(fake);
    await first;
    fake.clock.advance(29_999);
    await fake.resolver.promises.lookup('nas');
    expect(fake.calls).toHaveLength(0);
    fake.clock.advance(1);
    const last = fake.resolver.promises.lookup('nas');
    expect(fake.calls).toHaveLength(1);
    reply(fake);
    await last;
  });

  it('is kept for 5 s if it is a denial', async () => {
    const fake = withSystem();
    const first = fake.resolver.promises.lookup('nas');
    (fake.calls.shift() as SystemCall).answer(NOT_KNOWN);
    await expect(first).rejects.toMatchObject(NOT_KNOWN);
    fake.clock.advance(4999);
    await expect(fake.resolver.promises.lookup('nas')).rejects.toMatchObject(NOT_KNOWN);
    fake.clock.advance(1);
    const last = fake.resolver.promises.lookup('nas');
    reply(fake);
    await last;
  });

  it('comes in the order that each caller wants', async () => {
    const fake = withSystem();
    const results = (['verbatim', 'ipv4first'] as const).map((order) =>
      fake.resolver.promises.lookup('nas', { all: true, order }),
    );
    (fake.calls.shift() as SystemCall).answer(null, [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]);
    const orders = (await Promise.all(results)).map((list) => list.map(({ family }) => family));
    expect(orders).toEqual([
      [6, 4],
      [4, 6],
    ]);
  });
});

it('at most two calls run at once', async () => {
  const fake = withSystem();
  const results = ['a', 'b', 'c', 'd'].map((name) => fake.resolver.promises.lookup(name));
  expect(fake.calls.map(({ name }) => name)).toEqual(['a', 'b']);
  reply(fake);
  expect(fake.calls.map(({ name }) => name)).toEqual(['b', 'c']);
  reply(fake);
  reply(fake);
  reply(fake);
  await Promise.all(results);
});

describe('a lookup that waits for getaddrinfo', () => {
  it('keeps its deadline', async () => {
    const fake = withSystem({ deadline: 800 });
    const result = fake.resolver.promises.lookup('nas');
    fake.clock.advance(800);
    await expect(result).rejects.toMatchObject(NOT_KNOWN);
    reply(fake);
  });

  it('keeps its signal', async () => {
    const fake = withSystem();
    const controller = new AbortController();
    const result = fake.resolver.promises.lookup('nas', { signal: controller.signal });
    controller.abort();
    await expect(result).rejects.toMatchObject({ code: 'ABORT_ERR' });
    reply(fake);
    expect(fake.clock.timers.size).toBe(0);
  });

  it('calls back later even if the answer is kept', async () => {
    const fake = withSystem();
    const first = fake.resolver.promises.lookup('nas');
    reply(fake);
    await first;
    let returned = false;
    const called = new Promise((resolve) => fake.resolver.lookup('nas', () => resolve(returned)));
    returned = true;
    expect(await called).toBe(true);
  });
});

describe("system: 'only'", () => {
  it('asks nobody else and gives its errors', async () => {
    const fake = withSystem({ system: 'only' });
    const good = fake.resolver.promises.lookup('one.test', { all: true });
    const bad = fake.resolver.promises.lookup('two.test');
    reply(fake);
    (fake.calls.shift() as SystemCall).answer({ errno: -3001, code: 'EAI_AGAIN' });
    expect(await good).toEqual([{ address: '192.0.2.1', family: 4 }]);
    await expect(bad).rejects.toMatchObject({ errno: -3001, code: 'EAI_AGAIN', hostname: 'two.test' });
    expect(fake.binding.calls).toHaveLength(0);
  });

  it('fails like a timeout when it takes too long', async () => {
    const fake = withSystem({ system: 'only' });
    const result = fake.resolver.promises.lookup('one.test', { timeout: 50 });
    fake.clock.advance(50);
    await expect(result).rejects.toMatchObject({ errno: -3001, code: 'EAI_AGAIN' });
    reply(fake);
  });
});
