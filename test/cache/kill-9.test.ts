/** Two processes save snapshots to one path and are killed in between: the file is always whole. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as moment } from 'node:timers/promises';
import { startResponder } from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { startProgram, type Running } from '../program.ts';
import { namesBelow } from './stage.ts';

const kills = 100;
const seed = 9;
/** A cycle of a program takes about so long; it may be killed anywhere in it. */
const longestMs = 40;
const anchor = 'anchor.test';

interface Cycle {
  readonly pid: number;
  readonly time: number;
  readonly loaded: boolean;
  readonly warnings: readonly string[];
}

/** Numbers in 0..1, the same for the same seed. */
function randomNumbers(from: number): () => number {
  let state = from;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`a snapshot survives ${kills} kills at random moments`, async () => {
  await using server = await startResponder({ a: ['192.0.2.1'], aaaa: ['2001:db8::1'], ttlSeconds: 3600 });
  const folder = await mkdtemp(join(tmpdir(), 'snapshots-'));
  const path = join(folder, 'cache.snapshot');
  const node = nodes.at(-1);
  if (node === undefined) throw new Error('no Node.js to test on');
  const names = [anchor, ...namesBelow('snapshot.test', 1000)];
  const input = { server: `udp://${server.endpoint}`, path, anchor, names };
  const start = (): Running =>
    startProgram(node, new URL('programs/snapshots.mjs', import.meta.url), { input });
  const random = randomNumbers(seed);
  const running = [start(), start()];
  try {
    // From here on the file is there.
    const pids: number[] = [];
    for (const program of running) pids.push(((await program.message()) as Cycle).pid);
    let unfinished = 0;
    for (let kill = 0; kill < kills; kill++) {
      const which = kill % running.length;
      const victim = running[which] ?? start();
      await moment(random() * longestMs);
      victim[Symbol.dispose]();
      expect((await victim.ended).status).toBe('SIGKILL');

      const files = await readdir(folder);
      if (files.some((name) => name.includes(`.${pids[which]}-`))) unfinished += 1;
      expect(files).toContain('cache.snapshot');
      // What is not finished: of the two that run, and of the one that was killed just now.
      const others = files.filter((name) => name !== 'cache.snapshot');
      expect(others.length).toBeLessThanOrEqual(running.length + 1);
      expect(others.every((name) => name.endsWith('.tmp'))).toBe(true);

      // Who starts after a kill finds what was saved.
      const next = start();
      running[which] = next;
      const cycle = (await next.message()) as Cycle;
      expect(cycle).toMatchObject({ time: 0, loaded: true, warnings: [] });
      pids[which] = cycle.pid;
    }
    // Some of the moments were in the middle of a save.
    expect(unfinished).toBeGreaterThan(0);
  } finally {
    for (const program of running) program[Symbol.dispose]();
    await Promise.all(running.map(({ ended }) => ended));
    await rm(folder, { recursive: true });
  }
}, 300_000);
