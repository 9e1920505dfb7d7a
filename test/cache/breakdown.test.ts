/** A hot name expires while a thousand callers in four worker threads ask for it. */
import { a, aaaa, answer, byType, hold, startDnsServer, startResponder } from '@doubao/resolver-testbed';
import { expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { startProgram, type Running } from '../program.ts';

const [ipv4, ipv6] = ['192.0.2.1', '2001:db8::1'];
const ttlSeconds = 1;
const [workers, callers] = [4, 250];
const rounds = 3;

function startCallers(mode: 'shared' | 'apart' | 'c-ares', server: { readonly endpoint: string }): Running {
  const node = nodes.at(-1);
  if (node === undefined) throw new Error('no Node.js to test on');
  const input = {
    server: server.endpoint,
    name: 'hot.test',
    mode,
    workers,
    callers,
    rounds,
    ttlMs: ttlSeconds * 1000,
  };
  return startProgram(node, new URL('programs/breakdown.mjs', import.meta.url), { input });
}

const everyone = { answers: workers * callers, different: [[ipv4, ipv6].join()] };

test('callers who share a namespace are one query a family for each expiry', async () => {
  const held = hold(byType({ A: answer(a(ipv4, ttlSeconds)), AAAA: answer(aaaa(ipv6, ttlSeconds)) }));
  await using server = await startDnsServer({ onQuery: () => held });
  using program = startCallers('shared', server);
  for (let round = 1; round <= rounds; round++) {
    // None is answered before all have asked.
    expect(await program.message()).toBe('asked');
    await held.waitFor(2);
    await held.releaseWaiting();
    expect(await program.message()).toEqual(everyone);
    expect(server.queriesFor({ type: 'A' })).toHaveLength(round);
    expect(server.queriesFor({ type: 'AAAA' })).toHaveLength(round);
    program.send({ next: true });
  }
  expect((await program.ended).status).toBe(0);
});

test.each(['apart', 'c-ares'] as const)('callers who share nothing are one query each (%s)', async (mode) => {
  await using server = await startResponder({ a: [ipv4], aaaa: [ipv6], ttlSeconds });
  using program = startCallers(mode, server);
  for (let round = 1; round <= rounds; round++) {
    expect(await program.message()).toBe('asked');
    expect(await program.message()).toEqual(everyone);
    const queries = round * workers * callers;
    expect(await server.stats()).toMatchObject({ a: queries, aaaa: queries });
    program.send({ next: true });
  }
  expect((await program.ended).status).toBe(0);
});
