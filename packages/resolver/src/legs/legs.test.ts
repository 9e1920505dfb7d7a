import type { AskOptions, EncryptedUpstream, UpstreamAnswer } from '@doubao/resolver-doh';
import { expect, it, vi } from 'vitest';
import { type EngineOptions, readOptions } from '../configuration/options.ts';
import { Status } from '../native/binding.ts';
import { NativeHandle } from '../native/native-handle.ts';
import { fakeSurroundings } from '../test-support/fake-resolver.ts';
import { LegOutcome } from './outcome.ts';
import type { Transport } from './transport.ts';

const HTTPS = 'https://dns.test/dns-query';
const TLS = 'tls://192.0.2.53#dns.test';
const QUERY = Uint8Array.of(1, 2, 3);
const ANSWER = Uint8Array.of(4, 5, 6);

/** A query that waits for the test to say what comes of it. */
interface Asked {
  readonly url: string;
  readonly query: Uint8Array;
  readonly options: AskOptions | undefined;
  answer(bytes: Uint8Array): Promise<void>;
  fail(error: unknown): Promise<void>;
}

interface Created {
  readonly options: { readonly url: string; readonly resolve?: (host: string) => Promise<readonly string[]> };
  readonly closed: () => boolean;
}

/** All promises that are to settle have settled. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function stage(servers: unknown[] = [{ url: HTTPS, addresses: ['192.0.2.53'] }, TLS]) {
  const { surroundings, binding, clock } = fakeSurroundings();
  const asked: Asked[] = [];
  const created: Created[] = [];
  const upstream = (options: Created['options']): EncryptedUpstream => {
    let isClosed = false;
    created.push({ options, closed: () => isClosed });
    return {
      url: options.url,
      query: (query: Uint8Array, askOptions?: AskOptions) =>
        new Promise((resolve, reject) => {
          asked.push({
            url: options.url,
            query,
            options: askOptions,
            answer: (bytes) => (resolve({ bytes } as UpstreamAnswer), settled()),
            fail: (error) => (reject(error), settled()),
          });
        }),
      open: () => Promise.resolve(),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    } as unknown as EncryptedUpstream;
  };
  const transport = { createDohUpstream: upstream, createDotUpstream: upstream } as unknown as Transport;
  const loadTransport = vi.fn<() => Promise<Transport>>(() => Promise.resolve(transport));
  const options: EngineOptions = readOptions({ servers });
  const handle = new NativeHandle(options, { ...surroundings, loadTransport });
  const { legs } = handle;
  if (legs === undefined) throw new Error('there are encrypted servers');
  return { handle, legs, binding, clock, asked, created, loadTransport, port: surroundings.port };
}

it('a leg is taken, asked for in the time that is left, and answered with what came', async () => {
  const { handle, binding, asked } = stage();
  binding.legTimeMs = 321;
  binding.offerLeg(7, handle.id, TLS, QUERY);
  expect(binding.legsTaken).toEqual([7]);
  await settled();
  expect(asked).toMatchObject([{ url: TLS, query: QUERY, options: { timeoutMs: 321 } }]);
  await asked[0]?.answer(ANSWER);
  expect(binding.legEndings).toEqual([{ leg: 7, outcome: 0, late: false, answer: ANSWER }]);
});

it('a server whose name is internationalised is known by its URL', async () => {
  const url = 'tls://dns.bücher.test';
  const { handle, binding, asked } = stage([{ url, addresses: ['192.0.2.53'] }]);
  binding.offerLeg(1, handle.id, url, QUERY);
  await settled();
  expect(asked).toMatchObject([{ url, query: QUERY }]);
});

it('one that is not to be had is left alone', async () => {
  const { handle, binding, asked, loadTransport } = stage();
  binding.legTimeMs = 0;
  binding.offerLeg(7, handle.id, TLS, QUERY);
  await settled();
  expect(asked).toEqual([]);
  expect(binding.legEndings).toEqual([]);
  expect(loadTransport).not.toHaveBeenCalled();
});

it.each([
  ['malformed', LegOutcome.Malformed],
  ['timeout', LegOutcome.Timeout],
  ['network', LegOutcome.Network],
  ['tls', LegOutcome.Tls],
  ['http', LegOutcome.Http],
  ['local', LegOutcome.Local],
  ['whatever', LegOutcome.Local],
])('an error whose outcome is %s is told as %i', async (outcome, number) => {
  const { handle, binding, asked } = stage();
  binding.offerLeg(1, handle.id, HTTPS, QUERY);
  await settled();
  await asked[0]?.fail(Object.assign(new Error('failed'), { outcome }));
  expect(binding.legEndings).toEqual([{ leg: 1, outcome: number, late: false, answer: undefined }]);
});

it('what is thrown that is no error of the transport is local, and so is a package that cannot be loaded', async () => {
  const { handle, binding, asked, loadTransport } = stage();
  loadTransport.mockRejectedValueOnce(new Error('not installed'));
  binding.offerLeg(1, handle.id, TLS, QUERY);
  await settled();
  binding.offerLeg(2, handle.id, TLS, QUERY);
  await settled();
  await asked[0]?.fail(undefined);
  expect(binding.legEndings).toEqual([
    { leg: 1, outcome: LegOutcome.Local, late: false, answer: undefined },
    { leg: 2, outcome: LegOutcome.Local, late: false, answer: undefined },
  ]);
  expect(loadTransport).toHaveBeenCalledTimes(2);
});

it('an event loop that was late is told', async () => {
  const { handle, binding, asked, clock } = stage();
  binding.offerLeg(1, handle.id, TLS, QUERY);
  await settled();
  clock.block(200);
  await asked[0]?.answer(ANSWER);
  expect(binding.legEndings).toMatchObject([{ leg: 1, late: true }]);
  expect([...clock.timers].filter(({ holdsProcess }) => holdsProcess)).toEqual([]);
});

it('a server is connected to once, by whoever needs it first', async () => {
  const { handle, legs, binding, created, loadTransport } = stage();
  await legs.open(HTTPS);
  binding.offerLeg(1, handle.id, HTTPS, QUERY);
  binding.offerLeg(2, handle.id, TLS, QUERY);
  await settled();
  expect(created.map(({ options }) => options.url)).toEqual([HTTPS, TLS]);
  expect(loadTransport).toHaveBeenCalledTimes(1);
});

it('the package is loaded once somebody waits for an answer, and not before', async () => {
  const { handle, loadTransport, port } = stage();
  await settled();
  expect(loadTransport).not.toHaveBeenCalled();
  handle.wait(port.reserve(), { prepare: () => false, run: () => undefined });
  handle.wait(port.reserve(), { prepare: () => false, run: () => undefined });
  expect(loadTransport).not.toHaveBeenCalled();
  await settled();
  expect(loadTransport).toHaveBeenCalledTimes(1);
});

it('a resolver without encrypted servers has no legs, and what is offered to it goes to others', async () => {
  const { surroundings, binding } = fakeSurroundings();
  const handle = new NativeHandle(readOptions({ servers: ['192.0.2.1'] }), surroundings);
  expect(handle.legs).toBeUndefined();
  binding.offerLeg(5, handle.id, TLS, QUERY);
  expect(binding.legEndings).toEqual([{ leg: 5, outcome: LegOutcome.Local, late: false, answer: undefined }]);
  binding.legTimeMs = 0;
  binding.offerLeg(6, handle.id, TLS, QUERY);
  expect(binding.legsTaken).toEqual([5, 6]);
  expect(binding.legEndings).toHaveLength(1);
});

it('closed, it closes its connections and leaves legs to others', async () => {
  const { handle, legs, binding, created } = stage();
  await legs.open(TLS);
  handle.close();
  await settled();
  expect(created.map(({ closed }) => closed())).toEqual([true]);
  binding.offerLeg(1, handle.id, TLS, QUERY);
  expect(binding.legEndings).toMatchObject([{ leg: 1, outcome: LegOutcome.Local }]);
  await expect(legs.open(TLS)).rejects.toThrow('not to be asked any more');
});

it('news between legs reaches who listens', () => {
  const { handle, binding, port } = stage();
  const news: string[] = [];
  port.listen(({ event }) => news.push(event));
  binding.offerLeg(1, handle.id, TLS, QUERY);
  binding.tell({ event: 'resumed' });
  expect(news).toEqual(['resumed']);
  expect(binding.legsTaken).toEqual([1]);
});

it('a host without addresses is looked up by the plain servers alone', async () => {
  const byName = 'https://by-name.test/dns-query';
  const { legs, created, binding } = stage(['192.0.2.1', byName]);
  await legs.open(byName);
  const resolve = created[0]?.options.resolve;
  const found = resolve?.('by-name.test');
  expect(JSON.parse(binding.opened.at(-1) ?? '')).toMatchObject({
    servers: [{ protocol: 'udp', address: '192.0.2.1', port: 53 }],
    search: [],
  });
  expect(binding.calls).toMatchObject([{ name: 'by-name.test.', what: 0 }]);
  binding.deliver({ addresses: ['192.0.2.53', '2001:db8::53'] });
  expect(await found).toEqual(['192.0.2.53', '2001:db8::53']);

  const failed = resolve?.('by-name.test');
  binding.deliver({ status: Status.NxDomain });
  await expect(failed).rejects.toThrow('by-name.test cannot be looked up');
  binding.atOnce = () => ({ addresses: ['192.0.2.54'] });
  expect(await resolve?.('by-name.test')).toEqual(['192.0.2.54']);
  const handles = binding.opened.length;
  await legs.close();
  expect(binding.closed).toEqual([handles]);
  await expect(resolve?.('by-name.test')).rejects.toThrow('closed');
});
