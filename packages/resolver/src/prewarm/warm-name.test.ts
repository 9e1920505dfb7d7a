import { describe, expect, it } from 'vitest';
import { LookupFlag, Status } from '../native/binding.ts';
import { AnswerFlag } from '../native/record.ts';
import { FakeBinding } from '../test-support/fake-binding.ts';
import { fakeResolver } from '../test-support/fake-resolver.ts';

const ADDRESS = { addresses: ['192.0.2.1'] };

describe('prewarm', () => {
  it('asks for both families of what is not cached', async () => {
    const { resolver, binding } = fakeResolver();
    const result = resolver.prewarm(['one.test', 'two.test']);
    expect(binding.pending.map(({ name, what }) => [name, what])).toEqual([
      ['one.test', 0],
      ['two.test', 0],
    ]);
    binding.deliver(ADDRESS, { status: Status.NxDomain });
    expect(await result).toEqual({ resolved: ['one.test'], failed: ['two.test'] });
  });

  it('fills the mirror, so that the lookup after it calls nothing native', async () => {
    const { resolver, binding } = fakeResolver();
    binding.atOnce = () => ADDRESS;
    await resolver.prewarm(['one.test']);
    expect(await resolver.promises.lookup('one.test')).toEqual({ address: '192.0.2.1', family: 4 });
    expect(binding.calls).toHaveLength(1);
  });

  it.each([
    ['fresh', { ...ADDRESS, flags: AnswerFlag.Complete }, undefined],
    ['due for a refresh', { ...ADDRESS, flags: AnswerFlag.Complete, refreshInMs: 0 }, LookupFlag.Bypass],
    ['stale', { ...ADDRESS, flags: AnswerFlag.Stale, refreshInMs: 0 }, LookupFlag.Bypass],
    ['one family only', { ...ADDRESS, flags: 0 }, 0],
    ['a denial', { status: Status.NxDomain }, 0],
  ])('what is cached and %s is asked for only if need be', async (_, peeked, flags) => {
    const { resolver, binding } = fakeResolver();
    binding.peeked = peeked;
    binding.atOnce = () => ADDRESS;
    expect(await resolver.prewarm(['one.test'])).toEqual({ resolved: ['one.test'], failed: [] });
    expect(binding.calls.map(({ what }) => what)).toEqual(flags === undefined ? [] : [flags]);
  });

  it('asks for no address and for no name that can be none, and never throws for one', async () => {
    const { resolver, binding } = fakeResolver();
    const names = ['192.0.2.1', '127.1', '', 'a..b', 'a b', 5 as never];
    expect(await resolver.prewarm(names)).toEqual({
      resolved: ['192.0.2.1', '127.1'],
      failed: ['', 'a..b', 'a b', 5],
    });
    expect(binding.calls).toHaveLength(0);
  });

  it('keeps to the allow-list', async () => {
    const { resolver, binding } = fakeResolver({ cache: { allow: { names: [] } } });
    binding.atOnce = () => ({ status: Status.NxDomain });
    expect(await resolver.prewarm(['one.test'])).toEqual({ resolved: [], failed: ['one.test'] });
    expect(binding.calls.map(({ what }) => what)).toEqual([LookupFlag.AtHand]);
  });

  it('ends with the resolver', async () => {
    const { resolver, binding, clock } = fakeResolver();
    const result = resolver.prewarm(['one.test', 'two.test'], { within: 1000 });
    clock.advance(1);
    const closed = resolver.close();
    binding.deliver({ status: Status.Closed });
    await closed;
    expect(await result).toEqual({ resolved: [], failed: ['two.test', 'one.test'] });
    expect(clock.timers.size).toBe(0);
    expect(await resolver.prewarm(['one.test'])).toEqual({ resolved: [], failed: ['one.test'] });
  });

  it.each([
    ['one.test', undefined, 'ERR_INVALID_ARG_TYPE'],
    [['one.test'], { within: '5' }, 'ERR_INVALID_ARG_TYPE'],
    [['one.test'], { within: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [['one.test'], { within: Number.NaN }, 'ERR_INVALID_ARG_VALUE'],
    [['one.test'], { within: 2 ** 31 }, 'ERR_INVALID_ARG_VALUE'],
  ])('rejects arguments like %j, %j', async (names, options, code) => {
    const { resolver } = fakeResolver();
    await expect(resolver.prewarm(names as never, options as never)).rejects.toMatchObject({ code });
  });
});

it('the option prewarm looks names up at start, and its failures are nobody’s', async () => {
  const binding = new FakeBinding();
  const { resolver } = fakeResolver({ prewarm: ['one.test', 'two.test'] }, { binding });
  expect(binding.pending.map(({ name }) => name)).toEqual(['one.test', 'two.test']);
  binding.deliver(ADDRESS, { status: Status.ServFail });
  expect(await resolver.promises.lookup('one.test')).toEqual({ address: '192.0.2.1', family: 4 });
  expect(binding.calls).toHaveLength(2);
});
