import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { a, aaaa, answer, byType, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodes, type Node } from '../nodes.ts';
import { startProgram } from '../program.ts';

const program = new URL('./programs/keep.mjs', import.meta.url);

let root: string;
let path: string;
let server: DnsServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'resolver-snapshot-'));
  server = await startDnsServer({
    onQuery: ({ name }) => {
      const ttl = name.startsWith('brief') ? 0 : 3600;
      return byType({ A: answer(a('192.0.2.1', ttl)), AAAA: answer(aaaa('2001:db8::1', ttl)) });
    },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

beforeEach(() => {
  path = join(mkdtempSync(join(root, 'case-')), 'cache.snapshot');
});

interface Found {
  readonly answers: Readonly<Record<string, string[] | string>>;
  readonly peeked: Readonly<
    Record<string, { readonly expiresInMs: number; readonly stale: boolean } | undefined>
  >;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** In the cache. */
  readonly entries: number;
  /** Queries that the server got meanwhile. */
  readonly queries: number;
  readonly status: number | string;
  readonly stderr: string;
}

async function run(node: Node, input: object): Promise<Found> {
  const before = server.queries.length;
  using running = startProgram(node, program, {
    input: {
      server: `udp://${server.endpoint}`,
      path,
      names: ['one.test', 'two.test'],
      end: 'close',
      ...input,
    },
  });
  const found = (await running.message()) as Omit<Found, 'queries' | 'status' | 'stderr'>;
  const { status, stderr } = await running.ended;
  return { ...found, queries: server.queries.length - before, status, stderr };
}

const addresses = ['192.0.2.1', '2001:db8::1'];
const both = { 'one.test': addresses, 'two.test': addresses };

function expectSorted(found: Found): void {
  const sorted = Object.entries(found.answers).map(([name, list]) => [
    name,
    Array.isArray(list) ? list.toSorted() : list,
  ]);
  expect(Object.fromEntries(sorted)).toEqual(both);
}

describe.each(nodes)('on Node $version', (node) => {
  test.each([
    ['close', 0],
    ['the end of the program', 0],
    ['process.exit', 0],
    ['throw', 1],
  ])('what one process has learnt the next one serves, saved at %s', async (end, status) => {
    const first = await run(node, { end });
    expectSorted(first);
    expect(first).toMatchObject({ queries: 4, status });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = await run(node, {});
    expectSorted(second);
    expect(second).toMatchObject({ queries: 0, warnings: [], stderr: '' });
    for (const name of ['one.test', 'two.test']) {
      expect(second.peeked[name]).toMatchObject({ stale: false });
      // Jitter takes a tenth.
      expect(second.peeked[name]?.expiresInMs).toBeGreaterThan(3_000_000);
    }
    expect(readdirSync(join(path, '..'))).toEqual(['cache.snapshot']);
  });

  test('a worker thread keeps it where the main thread has no resolver', async () => {
    for (const end of ['close', 'process.exit']) {
      rmSync(path, { force: true });
      expect(await run(node, { inWorker: true, end })).toMatchObject({ queries: 4, status: 0 });
      const second = await run(node, { inWorker: true });
      expectSorted(second);
      expect(second).toMatchObject({ warnings: [], stderr: '' });
      expect(existsSync(path)).toBe(true);
    }
  });

  test('what was forgotten does not come back', async () => {
    await run(node, {});
    await run(node, { forget: 'one.test' });
    expect(await run(node, { end: 'kill' })).toMatchObject({ queries: 2 });
  });

  test('what has expired comes back as stale', async () => {
    const first = await run(node, { names: ['one.test', 'brief.test'] });
    expect(first).toMatchObject({ queries: 4, entries: 4 });
    const second = await run(node, { names: ['one.test'], peeks: ['brief.test', 'one.test'] });
    expect(second).toMatchObject({ queries: 0, entries: 4 });
    expect(second.peeked['brief.test']).toMatchObject({ stale: true, expiresInMs: 0 });
    expect(second.peeked['one.test']).toMatchObject({ stale: false });
  });

  test('the snapshot of another namespace is no concern of this one', async () => {
    await run(node, {});
    const other = await run(node, { options: { cache: { namespace: 'other' } }, end: 'kill' });
    expect(other).toMatchObject({ queries: 4, warnings: [] });
  });

  test('a damaged one is moved aside, with one warning', async () => {
    await run(node, {});
    writeFileSync(path, readFileSync(path).fill(0, 40, 60));
    const second = await run(node, {});
    expectSorted(second);
    const warning = {
      code: 'DOUBAO_RESOLVER_SNAPSHOT_DAMAGED',
      message: expect.stringContaining('checksum'),
    };
    expect(second).toMatchObject({ queries: 4, warnings: [warning], status: 0 });
    expect(readdirSync(join(path, '..')).toSorted()).toEqual([
      'cache.snapshot',
      expect.stringMatching(/^cache\.snapshot\.damaged-/),
    ]);
    expect(await run(node, {})).toMatchObject({ queries: 0, warnings: [] });
  });

  test('one that others may write is ignored, with one warning', async () => {
    await run(node, {});
    chmodSync(path, 0o666);
    const warning = {
      code: 'DOUBAO_RESOLVER_SNAPSHOT_IGNORED',
      message: expect.stringContaining('mode 666'),
    };
    expect(await run(node, { end: 'kill' })).toMatchObject({ queries: 4, warnings: [warning] });
  });
});
