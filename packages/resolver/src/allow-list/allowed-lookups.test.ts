import { expect, it } from 'vitest';
import { LookupFlag, Status } from '../native/binding.ts';
import { AnswerFlag } from '../native/record.ts';
import { fakeResolver } from '../test-support/fake-resolver.ts';

const allow = { names: ['allowed.test'] };
const ADDRESS = { addresses: ['192.0.2.1'] };

it('a name that is allowed is asked for as ever', async () => {
  const { resolver, binding } = fakeResolver({ cache: { allow } });
  const result = resolver.promises.lookup('Allowed.test', { family: 4 });
  expect(binding.pending.map(({ what }) => what)).toEqual([LookupFlag.IPv4]);
  binding.deliver(ADDRESS);
  expect(await result).toEqual({ address: '192.0.2.1', family: 4 });
  expect(resolver.stats().allowListRejected).toBe(0);
});

it('another is looked for at hand only, and fails like a name that does not exist', async () => {
  const { resolver, binding } = fakeResolver({ cache: { allow } });
  binding.atOnce = () => ({ status: Status.NxDomain });
  // getaddrinfo would be asked for this one, and this resolver's throws.
  const failure = resolver.promises.lookup('printer.local');
  await expect(failure).rejects.toMatchObject({
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: 'printer.local',
    message: 'getaddrinfo ENOTFOUND printer.local',
  });
  expect(binding.calls.map(({ what }) => what)).toEqual([LookupFlag.AtHand]);
  expect(resolver.stats().allowListRejected).toBe(1);
});

it('what hosts file or cache know of another is served, mirrored, and never refreshed', async () => {
  const { resolver, binding, clock } = fakeResolver({ cache: { allow } });
  binding.atOnce = () => ({ ...ADDRESS, flags: AnswerFlag.Complete, refreshInMs: 0 });
  for (const name of ['other.test', 'allowed.test']) {
    expect(await resolver.promises.lookup(name)).toEqual({ address: '192.0.2.1', family: 4 });
    clock.advance(10_000);
    for (let hit = 0; hit < 3000; hit++) await resolver.promises.lookup(name);
  }
  expect(binding.calls).toHaveLength(2);
  expect(new Set(binding.touches.map(({ name }) => name))).toEqual(new Set(['allowed.test']));
  expect(resolver.stats()).toMatchObject({ allowListRejected: 0, mirror: { entries: 2, hits: 6000 } });
});

it('a failure of a name at hand is told as it is', async () => {
  const { resolver, binding } = fakeResolver({ cache: { allow } });
  binding.atOnce = () => ({ status: Status.NoData });
  await expect(resolver.promises.lookup('other.test')).rejects.toMatchObject({ errno: -3007 });
});

it("addresses and localhost are not the list's business", async () => {
  const { resolver, binding } = fakeResolver({ cache: { allow } });
  binding.atOnce = () => ({ addresses: ['127.0.0.1'] });
  expect(await resolver.promises.lookup('192.0.2.9')).toEqual({ address: '192.0.2.9', family: 4 });
  expect(await resolver.promises.lookup('127.1')).toEqual({ address: '127.0.0.1', family: 4 });
  await resolver.promises.lookup('a.localhost');
  expect(binding.calls.map(({ what }) => what)).toEqual([0]);
});

it('getaddrinfo alone is not asked either', async () => {
  const { resolver, binding } = fakeResolver({ system: 'only', cache: { allow } });
  await expect(resolver.promises.lookup('other.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(binding.calls).toHaveLength(0);
  expect(resolver.stats().allowListRejected).toBe(1);
});

it('resolve4 and resolve6 keep to the list, other types do not', async () => {
  const { resolver, binding } = fakeResolver({ cache: { allow } });
  binding.atOnce = ({ flags }) => ({ status: flags === LookupFlag.AtHand ? Status.NxDomain : Status.NoData });
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch(({ code }) => code);
  expect(await codeOf(resolver.promises.resolve4('other.test'))).toBe('ENOTFOUND');
  expect(await codeOf(resolver.promises.resolve6('other.test'))).toBe('ENOTFOUND');
  expect(await codeOf(resolver.promises.resolve4('allowed.test'))).toBe('ENODATA');
  expect(await codeOf(resolver.promises.resolveMx('other.test'))).toBe('ENODATA');
  expect(binding.calls.map(({ flags }) => flags)).toEqual([64, 64, 0, 0]);
  expect(resolver.stats().allowListRejected).toBe(2);
});

it('a name that is not on the list is counted when its answer comes late, too', async () => {
  const { resolver, binding } = fakeResolver({ cache: { allow } });
  const codes = ['other.test', 'another.test', 'allowed.test'].map((name) =>
    resolver.promises.resolve4(name).catch(({ code }) => code),
  );
  binding.deliver({ status: Status.NxDomain }, { status: Status.ServFail }, { status: Status.NxDomain });
  expect(await Promise.all(codes)).toEqual(['ENOTFOUND', 'ESERVFAIL', 'ENOTFOUND']);
  expect(resolver.stats().allowListRejected).toBe(1);
});
