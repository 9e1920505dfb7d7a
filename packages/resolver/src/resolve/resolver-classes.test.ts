import nodeDns from 'node:dns';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { Status } from '../native/binding.ts';
import type { NativeOptions } from '../native/binding.ts';
import { readOptions, type ResolverOptions } from '../configuration/options.ts';
import { EngineSlot } from '../lookup/target.ts';
import { name, record, records, u16 } from '../test-support/compose-records.ts';
import type { FakeBinding } from '../test-support/fake-binding.ts';
import { fakeSurroundings } from '../test-support/fake-resolver.ts';
import { createPromisesResolverClass, createResolverClass } from './resolver-classes.ts';
import type { PromisesResolverClass, ResolverClass } from './types.ts';

interface Stage {
  readonly binding: FakeBinding;
  readonly slot: EngineSlot;
  readonly Resolver: ResolverClass;
  readonly PromisesResolver: PromisesResolverClass;
}

function stage(options: ResolverOptions = {}): Stage {
  const { surroundings, binding } = fakeSurroundings();
  const slot = new EngineSlot(readOptions(options), () => surroundings);
  return {
    binding,
    slot,
    Resolver: createResolverClass(slot),
    PromisesResolver: createPromisesResolverClass(slot),
  };
}

/** The options that the addon was opened with last. */
function opened({ binding }: Stage): NativeOptions {
  return JSON.parse(binding.opened.at(-1) as string) as NativeOptions;
}

/** What a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    const { name: kind, message, code } = error as NodeJS.ErrnoException;
    return { kind, message, code };
  }
  return undefined;
}

const mx = records(record(15, [...u16(10), ...name('mail', 'example')]));

describe('whom a Resolver asks', () => {
  test('those of the options, by the handle that is there already', () => {
    const here = stage({ servers: ['192.0.2.53'] });
    const resolver = new here.Resolver();
    resolver.resolve4('a.test', vi.fn());
    new here.Resolver().resolve4('a.test', vi.fn());
    expect(here.binding.opened).toHaveLength(1);
    expect(here.binding.calls.map(({ handle }) => handle)).toEqual([1, 1]);
    expect(resolver.getServers()).toEqual(['192.0.2.53']);
  });

  test('its own once they are set, which nobody else asks', () => {
    const here = stage();
    const [resolver, other] = [new here.Resolver(), new here.Resolver()];
    resolver.setServers(['192.0.2.1:5353', '[2001:db8::1]:53', 'fe80::1%lo']);
    resolver.resolve4('a.test', vi.fn());
    expect(opened(here).servers).toEqual([
      { protocol: 'udp', address: '192.0.2.1', port: 5353 },
      { protocol: 'udp', address: '2001:db8::1', port: 53 },
      { protocol: 'udp', address: 'fe80::1', port: 53, scope: 'lo' },
    ]);
    other.resolve4('a.test', vi.fn());
    expect(opened(here).servers).toBe('system');
    expect(here.binding.calls.map(({ handle }) => handle)).toEqual([1, 2]);
  });

  test('its own still, after the options have changed', () => {
    const here = stage();
    const resolver = new here.Resolver();
    resolver.setServers(['192.0.2.1']);
    resolver.resolve4('a.test', vi.fn());
    here.slot.configure(readOptions({ hosts: false, cache: { maxTtl: 7 } }));
    resolver.resolve4('a.test', vi.fn());
    expect(opened(here)).toMatchObject({
      servers: [{ address: '192.0.2.1' }],
      hosts: false,
      cache: { maxTtlSeconds: 7 },
    });
  });

  test('nobody, after an empty list', async () => {
    const here = stage();
    const resolver = new here.PromisesResolver();
    resolver.setServers([]);
    expect(resolver.getServers()).toEqual([]);
    await expect(resolver.resolve4('a.test')).rejects.toMatchObject({ code: 'UNKNOWN_ARES_ERROR' });
    expect(here.binding.calls).toEqual([]);
  });
});

describe('options', () => {
  test('timeouts double by the round, and all of it is waited for', () => {
    const here = stage();
    const resolver = new here.Resolver({ timeout: 500, tries: 3, maxTimeout: 1500 });
    resolver.setServers(['192.0.2.1', '192.0.2.2']);
    resolver.resolve4('a.test', vi.fn());
    expect(opened(here)).toMatchObject({
      timeoutMs: 500,
      tries: 3,
      hedge: false,
      backoff: { maxTimeoutMs: 1500 },
      deadlineMs: 1000 + 2 * (500 + 1000 + 1500),
    });
  });

  test('what is left out is c-ares’ own; -1 is left out', () => {
    const here = stage({ servers: ['192.0.2.1'] });
    new here.Resolver({ tries: 2 }).resolve4('a.test', vi.fn());
    expect(opened(here)).toMatchObject({ timeoutMs: 2000, tries: 2 });
    new here.Resolver({ timeout: -1 }).resolve4('a.test', vi.fn());
    expect(opened(here)).toMatchObject({ timeoutMs: 2000, tries: 4 });
  });

  test('nothing waits longer than a timer can', () => {
    const here = stage({ servers: ['192.0.2.1'] });
    new here.Resolver({ timeout: 2 ** 31 - 1, tries: 2 ** 31 - 1 }).resolve4('a.test', vi.fn());
    expect(opened(here)).toMatchObject({ timeoutMs: 2 ** 31 - 1, tries: 1, deadlineMs: 2 ** 31 - 1 });
    new here.Resolver({ timeout: 1, tries: 2 ** 31 - 1, maxTimeout: 1 }).resolve4('a.test', vi.fn());
    expect(opened(here)).toMatchObject({ timeoutMs: 1, tries: 255, deadlineMs: 1255 });
  });

  test.each([
    { timeout: 'x' },
    { timeout: -2 },
    { timeout: 1.5 },
    { tries: 0 },
    { tries: '1' },
    { maxTimeout: -1 },
    null,
    5,
    {},
  ])('%j is refused as Node refuses it, or taken', (options) => {
    const { Resolver, PromisesResolver } = stage();
    const expected = thrownBy(() => new nodeDns.Resolver(options as never));
    expect(thrownBy(() => new Resolver(options as never))).toEqual(expected);
    expect(thrownBy(() => new PromisesResolver(options as never))).toEqual(expected);
  });
});

describe('setServers', () => {
  test.each([
    [['x']],
    [[1]],
    ['x'],
    [undefined],
    [['[::1']],
    [['1.1.1.1:x']],
    [['1.1.1.1', 'x']],
    [['']],
    [['[1.1.1.1', '1.1.1.1']],
  ])('%j is refused as Node refuses it', (servers) => {
    const expected = thrownBy(() => new nodeDns.Resolver().setServers(servers as never));
    expect(expected).toBeDefined();
    const resolver = new (stage().Resolver)();
    resolver.setServers(['192.0.2.1']);
    expect(thrownBy(() => resolver.setServers(servers as never))).toEqual(expected);
    expect(resolver.getServers()).toEqual(['192.0.2.1']);
  });

  test.each([
    [['1.1.1.1', '1.1.1.1', '2.2.2.2:5300', '::1', '[::1]:5353', '0:0::2', 'fe80::2%lo', '[::3]']],
    [[]],
  ])('%j is shown as Node shows it', (servers) => {
    const node = new nodeDns.Resolver();
    node.setServers(servers);
    const resolver = new (stage().Resolver)();
    resolver.setServers(servers);
    expect(resolver.getServers()).toEqual(node.getServers());
  });

  test('a port that no server has is refused on every version, and 0 is none', () => {
    const resolver = new (stage().Resolver)();
    expect(() => resolver.setServers(['1.1.1.1:65536'])).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_/) as string }) as Error,
    );
    resolver.setServers(['1.1.1.1:0']);
    expect(resolver.getServers()).toEqual(['1.1.1.1']);
  });

  test('not while questions are out, as in Node', () => {
    const here = stage();
    const resolver = new here.Resolver();
    resolver.resolve4('a.test', vi.fn());
    const node = new nodeDns.Resolver();
    node.setServers(['127.0.0.1:9']);
    node.resolve4('a.test', vi.fn());
    const expected = thrownBy(() => node.setServers(['192.0.2.1', '192.0.2.2']));
    node.cancel();
    expect(thrownBy(() => resolver.setServers(['192.0.2.1', '192.0.2.2']))).toEqual(expected);
    expect(expected).toMatchObject({ code: 'ERR_DNS_SET_SERVERS_FAILED' });
    here.binding.deliver({ addresses: ['192.0.2.9'], ttls: [60] });
    resolver.setServers(['192.0.2.1']);
    expect(resolver.getServers()).toEqual(['192.0.2.1']);
  });
});

describe('setLocalAddress', () => {
  test.each([
    [['192.0.2.1'], { ipv4: '192.0.2.1' }],
    [['192.0.2.1', '2001:db8::1'], { ipv4: '192.0.2.1', ipv6: '2001:db8::1' }],
    [['2001:db8::1', '192.0.2.1'], { ipv4: '192.0.2.1', ipv6: '2001:db8::1' }],
    [['2001:db8::1'], { ipv6: '2001:db8::1' }],
  ] as const)('%j', ([first, second], expected) => {
    const here = stage();
    const resolver = new here.Resolver();
    resolver.setLocalAddress('192.0.2.77', '2001:db8::77');
    resolver.setLocalAddress(first, second);
    resolver.resolve4('a.test', vi.fn());
    expect(opened(here).localAddress).toEqual(expected);
  });

  test.each([[['x']], [[1]], [['1.1.1.1', '1.1.1.1']], [['::1', '::1']], [['1.1.1.1', 1]], [[]]])(
    '%j is refused as Node refuses it',
    ([first, second]) => {
      const expected = thrownBy(() =>
        new nodeDns.Resolver().setLocalAddress(first as never, second as never),
      );
      expect(expected).toBeDefined();
      const resolver = new (stage().Resolver)();
      expect(thrownBy(() => resolver.setLocalAddress(first as never, second as never))).toEqual(expected);
    },
  );
});

describe('cancel', () => {
  test('ends what is outstanding of that Resolver only', async () => {
    const here = stage();
    const [cancelled, other] = [new here.PromisesResolver(), new here.PromisesResolver()];
    const [first, second] = [cancelled.resolveMx('a.test'), other.resolveMx('b.test')];
    const [ours, theirs] = here.binding.pending.map(({ ticket }) => ticket);
    cancelled.cancel();
    cancelled.cancel();
    expect(here.binding.cancelled).toEqual([ours]);
    expect(theirs).not.toBe(ours);
    const failed = first.catch((error: unknown) => error);
    here.binding.deliver({ status: Status.Cancelled }, { records: mx });
    expect(await failed).toMatchObject({ code: 'ECANCELLED', syscall: 'queryMx', hostname: 'a.test' });
    await expect(second).resolves.toHaveLength(1);
  });

  test('servers can be set at once, and the Resolver asks them', () => {
    const here = stage();
    const resolver = new here.Resolver();
    resolver.resolve4('a.test', vi.fn());
    resolver.cancel();
    resolver.setServers(['192.0.2.1']);
    resolver.resolve4('a.test', vi.fn());
    expect(here.binding.opened).toHaveLength(2);
  });

  test('an answer that is under way already is given', async () => {
    const here = stage();
    const resolver = new here.PromisesResolver();
    const asked = resolver.resolveMx('a.test');
    resolver.cancel();
    here.binding.deliver({ records: mx });
    await expect(asked).resolves.toHaveLength(1);
  });
});

describe('a Resolver that nobody holds', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  /** Turns the event loop until the garbage is gone; the test's timeout is the limit. */
  const collected = async (enough: () => boolean): Promise<void> => {
    while (!enough()) {
      collectGarbage();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  };

  /** In a function of its own: nothing of it stays on the stack. */
  const ask = ({ Resolver }: Stage, server: string, done: () => void): void => {
    const resolver = new Resolver();
    resolver.setServers([server]);
    resolver.resolve4('a.test', done);
  };

  test('is closed in the addon', async () => {
    const here = stage();
    for (let index = 1; index <= 20; index++) {
      ask(here, `192.0.2.${index}`, vi.fn());
      here.binding.deliver({ addresses: ['192.0.2.9'], ttls: [60] });
    }
    expect(here.binding.opened).toHaveLength(20);
    await collected(() => here.binding.closed.length === 20);
    expect(new Set(here.binding.closed).size).toBe(20);
  });

  test('stays while it waits, and gets its answer', async () => {
    const here = stage();
    const callback = vi.fn<() => void>();
    ask(here, '192.0.2.1', vi.fn());
    here.binding.deliver({ addresses: ['192.0.2.8'], ttls: [60] });
    ask(here, '192.0.2.2', callback);
    // Once the first is gone, the second could have been.
    await collected(() => here.binding.closed.length > 0);
    expect(here.binding.closed).toEqual([1]);
    here.binding.deliver({ addresses: ['192.0.2.9'], ttls: [60] });
    expect(callback).toHaveBeenCalledWith(null, ['192.0.2.9']);
    await collected(() => here.binding.closed.length > 1);
    expect(here.binding.closed).toEqual([1, 2]);
  });
});

describe('callbacks', () => {
  test('run after the call has returned, in the context of the caller', async () => {
    const here = stage();
    const storage = new AsyncLocalStorage<number>();
    const resolver = new here.Resolver();
    here.binding.atOnce = () => ({ records: mx });
    const order: unknown[] = [];
    await new Promise<void>((resolve) => {
      storage.run(7, () =>
        resolver.resolveMx('a.test', () => {
          order.push(storage.getStore());
          resolve();
        }),
      );
      order.push('returned');
    });
    here.binding.atOnce = () => undefined;
    storage.run(8, () => resolver.resolveMx('a.test', () => order.push(storage.getStore())));
    here.binding.deliver({ records: mx });
    expect(order).toEqual(['returned', 7, 8]);
  });

  test('records that cannot be read are EBADRESP', async () => {
    const here = stage();
    here.binding.atOnce = () => ({ records: records(record(15, [0])) });
    await expect(new here.PromisesResolver().resolveMx('a.test')).rejects.toMatchObject({
      errno: undefined,
      code: 'EBADRESP',
      syscall: 'queryMx',
      hostname: 'a.test',
    });
  });
});

describe('arguments', () => {
  const callback = vi.fn<() => void>();

  test.each([
    ['resolve4', []],
    ['resolve4', ['a.test']],
    ['resolve4', [1, callback]],
    ['resolveMx', ['a.test', {}]],
    ['resolveMx', ['a.test', {}, 1]],
    ['resolveMx', [undefined, callback]],
    ['resolve', ['a.test']],
    ['resolve', ['a.test', 'HTTPS', callback]],
    ['resolve', ['a.test', 'toString', callback]],
    ['resolve', ['a.test', 5, callback]],
    ['resolve', [5, 'MX', callback]],
    ['resolve', ['a.test', 'MX']],
    ['resolve', ['a.test', 'mx', callback]],
    ['reverse', ['nonsense', callback]],
    ['reverse', ['', callback]],
    ['reverse', [1, callback]],
    ['reverse', ['127.0.0.1']],
  ] as const)('%s(%j) throws what Node throws', (method, given) => {
    const call = (resolver: object) => () =>
      (Reflect.get(resolver, method) as (...all: unknown[]) => unknown).apply(resolver, [...given]);
    const expected = thrownBy(call(new nodeDns.Resolver()));
    expect(expected).toBeDefined();
    expect(thrownBy(call(new (stage().Resolver)()))).toEqual(expected);
  });

  test.each([
    ['resolve4', []],
    ['resolveMx', [1]],
    ['resolve', ['a.test', 'HTTPS']],
    ['resolve', ['a.test', 5]],
    ['resolve', [5, 'MX']],
    ['resolve', ['a.test', null]],
    ['reverse', ['nonsense']],
    ['reverse', [1]],
  ] as const)('promises.%s(%j) throws or rejects as Node does', async (method, given) => {
    const call = async (resolver: object): Promise<unknown> => {
      let promise: unknown;
      const thrown = thrownBy(() => {
        promise = (Reflect.get(resolver, method) as (...all: unknown[]) => unknown).apply(resolver, [
          ...given,
        ]);
      });
      if (thrown !== undefined) return { thrown };
      return await (promise as Promise<unknown>).catch((error: unknown) => ({
        rejected: Object.entries(error as object),
      }));
    };
    const expected = await call(new nodeDns.promises.Resolver());
    expect(await call(new (stage().PromisesResolver)())).toEqual(expected);
  });

  test('a method without its Resolver throws', () => {
    const { resolve4 } = new (stage().Resolver)();
    expect(() => resolve4('a.test', vi.fn())).toThrow(TypeError);
  });
});
