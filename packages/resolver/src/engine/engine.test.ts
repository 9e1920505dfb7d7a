import dns from 'node:dns';
import { describe, expect, it, vi } from 'vitest';
import { Status } from '../native/binding.ts';
import { failuresOf } from '../errors/failures.ts';
import { FakeBinding } from '../test-support/fake-binding.ts';
import { fakeResolver } from '../test-support/fake-resolver.ts';

const ONE = { addresses: ['192.0.2.1'] };

async function errorOf(promise: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  try {
    await promise;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error('there was no error');
}

describe('a signal', () => {
  it('cancels the lookup, which fails once the addon says so', async () => {
    const { resolver, binding } = fakeResolver();
    const controller = new AbortController();
    const failure = errorOf(resolver.promises.lookup('one.test', { signal: controller.signal }));
    const reason = new Error('enough');
    controller.abort(reason);
    expect(binding.cancelled).toEqual([binding.pending[0]?.ticket]);
    binding.deliver({ status: Status.Cancelled });
    expect(await failure).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason });
  });

  it('loses against an answer on its way', async () => {
    const { resolver, binding } = fakeResolver();
    const controller = new AbortController();
    const result = resolver.promises.lookup('one.test', { signal: controller.signal });
    controller.abort();
    binding.deliver(ONE);
    expect(await result).toEqual({ address: '192.0.2.1', family: 4 });
  });

  it('aborted before asks nothing, and does nothing to hits and addresses', async () => {
    const { resolver, binding } = fakeResolver();
    const signal = AbortSignal.abort();
    expect(await errorOf(resolver.promises.lookup('one.test', { signal }))).toMatchObject({
      code: 'ABORT_ERR',
    });
    expect(binding.calls).toHaveLength(0);
    binding.atOnce = () => ONE;
    await resolver.promises.lookup('one.test');
    expect(await resolver.promises.lookup('one.test', { signal })).toEqual({
      address: '192.0.2.1',
      family: 4,
    });
    expect(await resolver.promises.lookup('192.0.2.9', { signal })).toEqual({
      address: '192.0.2.9',
      family: 4,
    });
  });

  it('is let go of when the lookup ends', async () => {
    const { resolver, binding } = fakeResolver();
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const add = vi.spyOn(signal, 'addEventListener');
    const result = resolver.promises.lookup('one.test', { signal });
    binding.deliver(ONE);
    await result;
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1]);
  });

  it.each([
    [{ signal: {} }, 'ERR_INVALID_ARG_TYPE'],
    [{ signal: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ timeout: '5' }, 'ERR_INVALID_ARG_TYPE'],
    [{ timeout: 0 }, 'ERR_INVALID_ARG_VALUE'],
    [{ timeout: Number.NaN }, 'ERR_INVALID_ARG_VALUE'],
    [{ timeout: 2 ** 31 }, 'ERR_INVALID_ARG_VALUE'],
  ])('or timeout like %j is refused', (options, code) => {
    const { resolver } = fakeResolver();
    expect(() => resolver.promises.lookup('one.test', options as never)).toThrow(
      expect.objectContaining({ code }),
    );
    expect(() => resolver.lookup('one.test', options as never, () => undefined)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('close', () => {
  it('resolves when all waiters have been told', async () => {
    const { resolver, binding } = fakeResolver();
    const events: unknown[] = [];
    resolver.lookup('one.test', (error) => events.push(error?.code));
    resolver.resolve4('two.test', (error) => events.push(error?.code));
    const closed = resolver.close().then(() => events.push('closed'));
    expect(binding.closed).toEqual([1]);
    await Promise.resolve();
    expect(events).toEqual([]);
    binding.deliver({ status: Status.Closed }, { status: Status.Closed });
    await closed;
    expect(events).toEqual(['EAI_CANCELED', 'EDESTRUCTION', 'closed']);
  });

  it('ends the resolver for good, and once is enough', async () => {
    const { resolver, binding } = fakeResolver();
    await using _ = resolver;
    await resolver.close();
    await resolver.close();
    expect(binding.closed).toEqual([1]);
    const error = await errorOf(resolver.promises.lookup('one.test'));
    expect(error).toMatchObject({ code: 'EAI_CANCELED', errno: -3003 });
    expect(failuresOf(error)).toMatchObject([{ code: 'ERR_RESOLVER_CLOSED' }]);
    expect(await errorOf(resolver.promises.resolve4('one.test'))).toMatchObject({ code: 'EDESTRUCTION' });
    expect(resolver.peek('one.test')).toBeUndefined();
    expect(resolver.invalidate()).toBe(0);
    expect(binding.calls).toHaveLength(0);
  });

  it('lets a signal aborted afterwards do no harm', async () => {
    const { resolver, binding } = fakeResolver();
    const controller = new AbortController();
    const failure = errorOf(resolver.promises.lookup('one.test', { signal: controller.signal }));
    const closed = resolver.close();
    controller.abort();
    expect(binding.cancelled).toEqual([]);
    binding.deliver({ status: Status.Closed });
    await closed;
    expect(await failure).toMatchObject({ code: 'EAI_CANCELED' });
  });
});

describe('peek', () => {
  it('shows what is cached, with what is left', () => {
    const { resolver, binding } = fakeResolver();
    expect(resolver.peek('one.test')).toBeUndefined();
    binding.peeked = { addresses: ['192.0.2.1', '::1'], expiresInMs: 1234, flags: 1 | 4 | 8 };
    expect(resolver.peek('one.test')).toEqual({
      addresses: [
        { address: '192.0.2.1', family: 4 },
        { address: '::1', family: 6 },
      ],
      code: undefined,
      expiresInMs: 1234,
      stale: true,
      fromHosts: true,
    });
    binding.peeked = { status: Status.NxDomain, flags: 1 };
    expect(resolver.peek('one.test')).toMatchObject({ addresses: [], code: 'ENOTFOUND', stale: false });
    binding.peeked = { status: Status.ServFail, flags: 0 };
    expect(resolver.peek('one.test')).toMatchObject({ addresses: [], code: 'EAI_AGAIN' });
    expect(resolver.peek('a..b')).toBeUndefined();
  });
});

it('an option that the addon refuses is an option error', () => {
  const binding = new FakeBinding();
  binding.open = () => {
    throw new Error('servers[0].scope: no such interface');
  };
  expect(() => fakeResolver({}, { binding })).toThrow(
    expect.objectContaining({ code: 'ERR_RESOLVER_OPTION', cause: expect.any(Error) }),
  );
});

describe('resolve4 and resolve6', () => {
  it('ask for one type and give strings or lifetimes', async () => {
    const { resolver, binding } = fakeResolver();
    const plain = resolver.promises.resolve4('one.test');
    const timed = resolver.promises.resolve6('one.test', { ttl: true });
    expect(binding.pending.map(({ what }) => what)).toEqual([1, 28]);
    binding.deliver({ ...ONE, ttls: [60] }, { addresses: ['::1', '::2'], ttls: [30, 4_000_000_000] });
    expect(await plain).toEqual(['192.0.2.1']);
    expect(await timed).toEqual([
      { address: '::1', ttl: 30 },
      { address: '::2', ttl: 4_000_000_000 },
    ]);
  });

  it.each([
    [Status.NxDomain, 'ENOTFOUND'],
    [Status.NoData, 'ENODATA'],
    [Status.ServFail, 'ESERVFAIL'],
    [Status.Refused, 'EREFUSED'],
    [Status.Timeout, 'ETIMEOUT'],
    [Status.Network, 'ECONNREFUSED'],
    [Status.Cancelled, 'ECANCELLED'],
    [Status.FormErr, 'EFORMERR'],
    [Status.NotImp, 'ENOTIMP'],
    [Status.BadResponse, 'EBADRESP'],
  ])('status %i is %s', async (status, code) => {
    const { resolver, binding } = fakeResolver();
    const failure = errorOf(resolver.promises.resolve6('one.test'));
    binding.deliver({ status });
    const error = await failure;
    expect(Object.entries(error)).toEqual([
      ['errno', undefined],
      ['code', code],
      ['syscall', 'queryAaaa'],
      ['hostname', 'one.test'],
    ]);
    expect(error.message).toBe(`queryAaaa ${code} one.test`);
  });

  it('call back later, whatever is known at once', async () => {
    const { resolver, binding } = fakeResolver();
    binding.atOnce = () => ({ ...ONE, ttls: [60] });
    let returned = false;
    const called = new Promise((resolve) =>
      resolver.resolve4('one.test', { ttl: true }, (error, records) => resolve([returned, error, records])),
    );
    returned = true;
    expect(await called).toEqual([true, null, [{ address: '192.0.2.1', ttl: 60 }]]);
  });

  it('refuse arguments as Node does', () => {
    const { resolver } = fakeResolver();
    const forms: [(of: typeof dns) => unknown, (of: typeof resolver) => unknown][] = [
      [(of) => of.resolve4(5 as never, () => undefined), (of) => of.resolve4(5 as never, () => undefined)],
      [(of) => of.resolve4('a', undefined as never), (of) => of.resolve4('a', undefined as never)],
      [(of) => of.resolve6('a', {} as never, 5 as never), (of) => of.resolve6('a', {} as never, 5 as never)],
      [(of) => of.promises.resolve6(null as never), (of) => of.promises.resolve6(null as never)],
    ];
    for (const [node, ours] of forms) {
      const thrown = (call: () => unknown): unknown => {
        try {
          return call();
        } catch (error) {
          return error;
        }
      };
      const expected = thrown(() => node(dns)) as Error;
      expect(expected).toBeInstanceOf(TypeError);
      expect(thrown(() => ours(resolver))).toEqual(expected);
    }
  });
});
