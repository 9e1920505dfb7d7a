/** Names that nobody answers for, faster than they time out: each is told so once, and known names are as if alone. */
import { startResponder } from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { runProgram } from '../program.ts';

const address = '192.0.2.1';
const known = 100;
const unknownPerSecond = 20_000;
const seconds = 60;
const ttlSeconds = 10;

interface Result {
  readonly unknown: {
    readonly started: number;
    readonly settled: number;
    readonly overloaded: number;
    readonly once: boolean;
    readonly other: readonly string[];
  };
  /** What lookups of known names failed with. */
  readonly known: readonly string[];
  readonly samples: readonly Sample[];
  readonly refreshes: number;
  readonly overloadRejected: number;
  readonly ioThreadRestarts: number;
}

/** Octets, and numbers of things. */
interface Sample {
  readonly rss: number;
  readonly cacheBytes: number;
  readonly waiters: number;
  readonly flights: number;
  readonly sockets: number;
}

test('20 000 unknown names a second for a minute, into a black hole', async () => {
  await using server = await startResponder({ a: [address], ttlSeconds, suffix: 'known.test' });
  const node = nodes.at(-1);
  if (node === undefined) throw new Error('no Node.js to test on');
  const input = { server: `udp://${server.endpoint}`, address, known, unknownPerSecond, seconds };
  const program = new URL('programs/black-hole.mjs', import.meta.url);
  const result = (await runProgram(node, program, {
    input: { ...input, knownPerSecond: 1000 },
    execArgv: ['--expose-gc'],
  })) as Result;

  const { started } = result.unknown;
  console.log(`looked up ${started} unknown names in ${seconds} s`);
  expect(result.unknown).toMatchObject({ settled: started, once: true, other: [] });
  // More than can be asked for: the load was one.
  expect(result.unknown.overloaded).toBeGreaterThan(0);
  expect(result.overloadRejected).toBeGreaterThanOrEqual(result.unknown.overloaded);
  expect(result.ioThreadRestarts).toBe(0);

  // Names that are in use are renewed once in a lifetime at least, however busy the server's other names keep us.
  expect(result.known).toEqual([]);
  expect(result.refreshes).toBeGreaterThan((known * seconds) / ttlSeconds / 2);
  expect((await server.stats()).a).toBeGreaterThan((known * seconds) / ttlSeconds / 2);

  // Warm-up is the first third; what was freed in between is not a leak either.
  const most = (key: keyof Sample, samples: readonly Sample[]): number =>
    Math.max(...samples.map((sample) => sample[key]));
  const least = (key: keyof Sample, samples: readonly Sample[]): number =>
    Math.min(...samples.map((sample) => sample[key]));
  const third = Math.floor(result.samples.length / 3);
  const [warm, last] = [result.samples.slice(third, 2 * third), result.samples.slice(2 * third)];
  expect(third).toBeGreaterThan(0);
  expect(least('rss', last)).toBeLessThan(least('rss', warm) + 48 * 1024 * 1024);
  expect(most('cacheBytes', last)).toBeLessThan(1.1 * most('cacheBytes', warm));
  expect(most('flights', result.samples)).toBeLessThanOrEqual(16_384);
  expect(most('waiters', result.samples)).toBeLessThanOrEqual(262_144);
  expect(most('sockets', result.samples)).toBeLessThanOrEqual(2 * 256);
}, 300_000);
