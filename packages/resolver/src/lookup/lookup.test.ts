import { AsyncLocalStorage } from 'node:async_hooks';
import dns from 'node:dns';
import { Agent, createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Status } from '../native/binding.ts';
import { failuresOf } from '../errors/failures.ts';
import type { LookupOptions } from './lookup-request.ts';
import type { DoubaoResolver } from '../resolver.ts';
import { fakeResolver } from '../test-support/fake-resolver.ts';

const TWO = { addresses: ['192.0.2.1', '192.0.2.2'] };

function lookup(resolver: DoubaoResolver, hostname: string, options: LookupOptions = {}): Promise<unknown[]> {
  return new Promise((resolve) => {
    resolver.lookup(hostname, options, (...results: unknown[]) => resolve(results));
  });
}

describe('a miss', () => {
  it('asks the addon and gives the first address', async () => {
    const { resolver, binding } = fakeResolver();
    const result = lookup(resolver, 'one.test');
    expect(binding.pending).toMatchObject([{ name: 'one.test', what: 0, timeoutMs: 0 }]);
    binding.deliver(TWO);
    expect(await result).toEqual([null, '192.0.2.1', 4]);
  });

  it('passes family, hints and timeout on', async () => {
    const { resolver, binding } = fakeResolver();
    const hints = dns.ADDRCONFIG | dns.V4MAPPED | dns.ALL;
    const result = lookup(resolver, 'one.test', { family: 6, hints, all: true, timeout: 70 });
    expect(binding.pending).toMatchObject([{ what: 2 | 4 | 8 | 16, timeoutMs: 70 }]);
    binding.deliver({ addresses: ['2001:db8::1'] });
    expect(await result).toEqual([null, [{ address: '2001:db8::1', family: 6 }]]);
  });

  it('is asynchronous when the addon answers at once', async () => {
    const { resolver, binding } = fakeResolver();
    binding.atOnce = () => TWO;
    let returned = false;
    const result = new Promise((resolve) => resolver.lookup('one.test', () => resolve(returned)));
    returned = true;
    expect(await result).toBe(true);
  });

  it('sends the punycode of an international name and keeps the name in the error', async () => {
    const { resolver, binding } = fakeResolver();
    const result = lookup(resolver, 'Bücher.test');
    expect(binding.pending).toMatchObject([{ name: 'xn--bcher-kva.test' }]);
    binding.deliver({ status: Status.NxDomain });
    expect(await result).toMatchObject([{ code: 'ENOTFOUND', errno: -3008, hostname: 'Bücher.test' }]);
  });
});

describe('errors', () => {
  it.each([
    [Status.NxDomain, 'ENOTFOUND', -3008],
    [Status.NoData, 'ENOTFOUND', -3007],
    [Status.NoFamily, 'ENOTFOUND', -3008],
    [Status.ServFail, 'EAI_AGAIN', -3001],
    [Status.Refused, 'EAI_AGAIN', -3001],
    [Status.Timeout, 'EAI_AGAIN', -3001],
    [Status.Network, 'EAI_AGAIN', -3001],
    [Status.Private, 'EAI_AGAIN', -3001],
    [Status.Overloaded, 'EAI_AGAIN', -3001],
    [Status.FormErr, 'EAI_AGAIN', -3001],
    [Status.NotImp, 'EAI_AGAIN', -3001],
    [Status.BadResponse, 'EAI_AGAIN', -3001],
    [Status.Closed, 'EAI_CANCELED', -3003],
  ])('status %i is %s', async (status, code, errno) => {
    const { resolver, binding } = fakeResolver();
    const result = lookup(resolver, 'one.test');
    binding.deliver({ status });
    const [error] = (await result) as [Error];
    expect(Object.entries(error)).toEqual([
      ['errno', errno],
      ['code', code],
      ['syscall', 'getaddrinfo'],
      ['hostname', 'one.test'],
    ]);
    expect(error.message).toBe(`getaddrinfo ${code} one.test`);
    expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
  });

  it('carry what each upstream did, out of sight', async () => {
    const { resolver, binding } = fakeResolver();
    const result = lookup(resolver, 'one.test');
    const detail = [{ server: '192.0.2.53:53', transport: 'udp', status: Status.ServFail, elapsedMs: 12 }];
    binding.deliver({ status: Status.ServFail, detail: JSON.stringify(detail) });
    const [error] = (await result) as [Error];
    expect(failuresOf(error)).toMatchObject([
      {
        code: 'ERR_RESOLVER_UPSTREAM',
        server: '192.0.2.53:53',
        transport: 'udp',
        status: 'SERVFAIL',
        elapsedMs: 12,
      },
    ]);
    expect(Object.getOwnPropertyNames(error).toSorted()).toEqual(
      ['code', 'errno', 'hostname', 'message', 'stack', 'syscall'].toSorted(),
    );
    expect(failuresOf(new Error('other'))).toEqual([]);
  });
});

describe('a hit', () => {
  async function filled(answer = TWO): Promise<ReturnType<typeof fakeResolver>> {
    const fake = fakeResolver();
    const first = lookup(fake.resolver, 'one.test');
    fake.binding.deliver(answer);
    await first;
    return fake;
  }

  it('asks nobody', async () => {
    const { resolver, binding } = await filled();
    expect(await lookup(resolver, 'one.test')).toEqual([null, '192.0.2.2', 4]);
    expect(await promisify(resolver.lookup)('one.test')).toEqual({ address: '192.0.2.1', family: 4 });
    expect(await resolver.promises.lookup('one.test')).toEqual({ address: '192.0.2.2', family: 4 });
    expect(binding.calls).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5, 9])('gives fresh objects for %i addresses', async (count) => {
    const addresses = Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`);
    const { resolver } = await filled({ addresses });
    for (let round = 0; round < 2; round++) {
      const [, list] = (await lookup(resolver, 'one.test', { all: true })) as [null, dns.LookupAddress[]];
      const promised = await resolver.promises.lookup('one.test', { all: true });
      for (const each of [list, promised]) {
        expect(each.map(({ address }) => address).toSorted()).toEqual(addresses);
        for (const item of each) Object.assign(item, { address: 'poison', family: 0 });
        each.length = 0;
      }
    }
  });

  it('is of the same options only', async () => {
    const { resolver, binding } = await filled();
    for (const options of [{ family: 4 as const }, { hints: dns.ADDRCONFIG }, { family: 6 as const }]) {
      void lookup(resolver, 'one.test', options);
    }
    expect(binding.pending.map(({ what }) => what)).toEqual([1, 4, 2]);
  });

  it('takes options in any form', async () => {
    const { resolver, binding } = await filled();
    const forms: unknown[] = [
      undefined,
      null,
      0,
      {},
      { family: 0, hints: 0, all: false },
      { verbatim: true },
      { order: 'ipv4first' },
    ];
    for (const form of forms) {
      const result = await lookup(resolver, 'one.test', form as LookupOptions);
      expect(result).toEqual([null, expect.stringMatching(/^192/), 4]);
    }
    expect(binding.calls).toHaveLength(1);
  });

  it('rotates addresses of equal rank, each run by itself', async () => {
    const { resolver } = await filled({
      addresses: ['::1', '::2', '::3', '192.0.2.1'],
      ranks: [0, 0, 1, 2],
    } as typeof TWO);
    const seen: string[] = [];
    for (let round = 0; round < 3; round++) {
      const [, list] = (await lookup(resolver, 'one.test', { all: true })) as [null, dns.LookupAddress[]];
      seen.push(list.map(({ address }) => address).join(' '));
    }
    expect(seen).toEqual(['::2 ::1 ::3 192.0.2.1', '::1 ::2 ::3 192.0.2.1', '::2 ::1 ::3 192.0.2.1']);
  });

  it('moves one family to the front as asked', async () => {
    const { resolver } = await filled({
      addresses: ['::1', '192.0.2.1', '::2', '192.0.2.2'],
      ranks: [0, 1, 2, 3],
    } as typeof TWO);
    const order = async (options: LookupOptions): Promise<string> => {
      const list = (await resolver.promises.lookup('one.test', {
        ...options,
        all: true,
      })) as dns.LookupAddress[];
      return list.map(({ address }) => address).join(' ');
    };
    expect(await order({})).toBe('::1 192.0.2.1 ::2 192.0.2.2');
    expect(await order({ order: 'ipv4first' })).toBe('192.0.2.1 192.0.2.2 ::1 ::2');
    expect(await order({ order: 'ipv6first' })).toBe('::1 ::2 192.0.2.1 192.0.2.2');
    expect(await order({ verbatim: false })).toBe('192.0.2.1 192.0.2.2 ::1 ::2');
    expect(await order({ verbatim: false, order: 'ipv6first' })).toBe('::1 ::2 192.0.2.1 192.0.2.2');
    dns.setDefaultResultOrder('ipv4first');
    try {
      expect(await order({})).toBe('192.0.2.1 192.0.2.2 ::1 ::2');
      expect(await lookup(resolver, 'one.test')).toEqual([null, '192.0.2.1', 4]);
      expect(await order({ verbatim: true })).toBe('::1 192.0.2.1 ::2 192.0.2.2');
    } finally {
      dns.setDefaultResultOrder('verbatim');
    }
  });
});

describe('the async context of the caller', () => {
  it('is kept on hits, misses, joined misses and in promises', async () => {
    const { resolver, binding } = fakeResolver();
    const storage = new AsyncLocalStorage<number>();
    const seen: unknown[] = [];
    const call = (id: number): Promise<void> =>
      storage.run(
        id,
        () =>
          new Promise((resolve) =>
            resolver.lookup('one.test', () => resolve(void seen.push(storage.getStore()))),
          ),
      );
    const misses = [call(1), call(2), call(3)];
    binding.deliver(TWO, TWO, TWO);
    await Promise.all(misses);
    await Promise.all([call(4), call(5)]);
    await storage.run(6, async () => {
      await resolver.promises.lookup('one.test');
      seen.push(storage.getStore());
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('no query', () => {
  it('is sent for addresses, which come back as they are', async () => {
    const { resolver, binding } = fakeResolver();
    expect(await lookup(resolver, '192.0.2.7', { family: 6 })).toEqual([null, '192.0.2.7', 4]);
    expect(await lookup(resolver, 'fe80::1%lo', { all: true })).toEqual([
      null,
      [{ address: 'fe80::1%lo', family: 6 }],
    ]);
    expect(await resolver.promises.lookup('::1')).toEqual({ address: '::1', family: 6 });
    expect(binding.calls).toHaveLength(0);
  });
});

it('serves as the lookup function of http and net', async () => {
  const { resolver, binding } = fakeResolver();
  binding.atOnce = () => ({ addresses: ['127.0.0.1'] });
  const server = createServer((request, response) => response.end(request.headers.host));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const agent = new Agent({ lookup: resolver.lookup });
    const body = await new Promise((resolve, reject) => {
      get({ host: 'one.test', port, agent }, (response) => {
        response.setEncoding('utf8').once('data', resolve);
      }).once('error', reject);
    });
    expect(body).toBe(`one.test:${port}`);
    const socket = connect({ host: 'one.test', port, lookup: resolver.lookup });
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect(binding.calls).toHaveLength(1);
  } finally {
    server.close();
  }
});
