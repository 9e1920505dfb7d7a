import { expect, it } from 'vitest';
import { HedgeTokens } from './hedge-tokens.ts';

/** Hedges that may leave while each query is followed by one attempt to hedge. */
function hedges(tokens: HedgeTokens, queries: number, answered: boolean): number {
  let taken = 0;
  for (let query = 0; query < queries; query++) {
    tokens.queried();
    if (tokens.take()) taken++;
    tokens.ended(answered);
  }
  return taken;
}

it('allows twenty at once, and no twenty-first', () => {
  const tokens = new HedgeTokens();
  let taken = 0;
  while (tokens.take()) taken++;
  expect(taken).toBe(20);
});

it('adds at most 0.4 per query while the target answers', () => {
  expect(hedges(new HedgeTokens(), 1000, true)).toBe(20 + 400 - 1);
});

it('adds 0.1 per query to a target that answers less than 90 %', () => {
  const tokens = new HedgeTokens();
  hedges(tokens, 100, false);
  expect(tokens.answeredShare).toBeLessThan(0.9);
  expect(hedges(tokens, 1000, false)).toBe(100);
});

it('never holds more than a full bucket', () => {
  const tokens = new HedgeTokens();
  for (let query = 0; query < 1000; query++) tokens.queried();
  expect(tokens.tokens).toBe(20);
});
