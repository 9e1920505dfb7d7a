import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Status } from '../native/binding.ts';
import { readOptions, type ResolverOptions } from '../configuration/options.ts';
import { Engine } from '../engine/engine.ts';
import { FakeBinding } from '../test-support/fake-binding.ts';
import {
  type FakeResolver,
  fakeResolver,
  fakeSurroundings,
  type FakeSystem,
} from '../test-support/fake-resolver.ts';
import { composeSnapshot, parseSnapshot } from './format.ts';

const NAMESPACE = 'abcd';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-kept-'));
  path = join(folder, 'cache.snapshot');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(...blocks: readonly string[]): void {
  const pieces = composeSnapshot(
    { namespace: NAMESPACE, savedAtMs: 0 },
    blocks.map((block) => Buffer.from(block)),
  );
  writeFileSync(path, Buffer.concat([...pieces]), { mode: 0o600 });
}

function saved(): string[] {
  const snapshot = parseSnapshot(readFileSync(path));
  if (typeof snapshot === 'string') throw new Error(snapshot);
  return snapshot.blocks.map((block) => Buffer.from(block).toString());
}

const options = (): ResolverOptions => ({ cache: { snapshot: { path } } });
const open = (system?: FakeSystem): FakeResolver => fakeResolver(options(), system);

function used(binding: FakeBinding, rows: string, lookups = 1): void {
  binding.pieces = [Buffer.from(rows)];
  binding.statistics = { lookups, queriesSent: 0, namespace: NAMESPACE };
}

it('is loaded before anything else is asked for', () => {
  write('one', 'two');
  const { binding, warnings } = open();
  expect(binding.imports).toEqual([
    { handle: 1, digest: NAMESPACE, rows: 'one' },
    { handle: 1, digest: NAMESPACE, rows: 'two' },
  ]);
  expect(warnings).toEqual([]);
});

it('is saved at close, before the resolver of the addon is closed', async () => {
  const { resolver, binding } = open();
  used(binding, 'rows');
  const failure = resolver.promises.lookup('one.test').catch(({ code }: NodeJS.ErrnoException) => code);
  const closed = resolver.close();
  expect(binding.closed).toEqual([]);
  await expect(resolver.promises.lookup('two.test')).rejects.toMatchObject({ code: 'EAI_CANCELED' });
  while (binding.closed.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(saved()).toEqual(['rows']);
  binding.deliver({ status: Status.Closed });
  await closed;
  expect(await failure).toBe('EAI_CANCELED');
});

it('an answer that comes while it is saved at close is mirrored no more', async () => {
  const { resolver, binding } = open();
  used(binding, 'rows');
  const result = resolver.promises.lookup('one.test');
  const closed = resolver.close();
  binding.deliver({ addresses: ['192.0.2.1'] });
  expect(await result).toEqual({ address: '192.0.2.1', family: 4 });
  await closed;
  await expect(resolver.promises.lookup('one.test')).rejects.toMatchObject({ code: 'EAI_CANCELED' });
});

it('of a resolver that gets other options is saved before the addon lets it go', async () => {
  const { surroundings, binding } = fakeSurroundings();
  const engine = new Engine(readOptions(options()), surroundings);
  used(binding, 'of the first');
  engine.reconfigure(readOptions({ ndots: 2, ...options() }));
  expect(binding.closed).toEqual([]);
  while (binding.closed.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(binding.closed).toEqual([1]);
  expect(saved()).toEqual(['of the first']);
  await engine.close();
  expect(binding.closed).toEqual([1, 2]);
});

it('is loaded once where several resolvers share it, and again when all of them are closed', async () => {
  write('rows');
  const { surroundings, binding } = fakeSurroundings();
  const openOne = (): Engine => new Engine(readOptions(options()), surroundings);
  const [first, second] = [openOne(), openOne()];
  expect(binding.imports).toHaveLength(1);
  binding.finishImports();
  await first.close();
  await second.close();
  openOne();
  expect(binding.imports).toHaveLength(2);
});

it('is loaded by a worker thread only if it owns the namespace, once that is known', () => {
  write('rows');
  for (const owner of [true, false]) {
    const binding = new FakeBinding();
    binding.owner = owner;
    open({ binding, isMainThread: false });
    expect(binding.imports).toEqual([{ handle: 1, digest: '', rows: '' }]);
    binding.finishImports();
    expect(binding.imports.slice(1)).toEqual(owner ? [{ handle: 1, digest: NAMESPACE, rows: 'rows' }] : []);
  }
});

it('without a path there is none', async () => {
  const { resolver, binding, exits, clock } = fakeResolver();
  used(binding, 'rows');
  expect([exits.size, clock.timers.size]).toEqual([0, 0]);
  await resolver.close();
  expect(binding.imports).toEqual([]);
  expect(existsSync(path)).toBe(false);
});

it('popular names are looked up once a day by the owner of the namespace', async () => {
  const { resolver, binding, clock } = fakeResolver({ cache: { prewarm: { at: '02:00' } } });
  const lastUsedMs = clock.wallMs() - 8 * 86_400_000;
  binding.popular = [
    { name: 'busy.test', weight: 90, lastUsedMs },
    { name: 'rare.test', weight: 10, lastUsedMs },
  ];
  binding.atOnce = () => ({ addresses: ['192.0.2.1'] });
  clock.advance(2 * 86_400_000);
  expect(new Set(binding.calls.map(({ name }) => name))).toEqual(new Set(['busy.test.']));
  await resolver.close();
  const before = binding.calls.length;
  clock.advance(2 * 86_400_000);
  expect(binding.calls).toHaveLength(before);
});
