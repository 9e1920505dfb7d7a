import { expect, it } from 'vitest';
import { AnsweredShare } from './answered-share.ts';
import { HedgeTokens } from './hedge-tokens.ts';

/** Hedges that may leave while each query is followed by one attempt to hedge. */
function hedges(tokens: HedgeTokens, queries: number, targetShare: number): number {
  let taken = 0;
  for (let query = 0; query < queries; query++) {
    tokens.queried(targetShare);
    if (tokens.take()) taken++;
  }
  return taken;
}

it('allows twenty at once, and no twenty-first', () => {
  const tokens = new HedgeTokens();
  let taken = 0;
  while (tokens.take()) taken++;
  expect(taken).toBe(20);
});

it('adds 0.4 per query while the target answers 90 %', () => {
  expect(hedges(new HedgeTokens(), 1000, 0.9)).toBe(20 + 400 - 1);
});

it('adds 0.1 per query to a target that answers less', () => {
  expect(hedges(new HedgeTokens(), 1000, 0.89)).toBe(20 + 100 - 1);
});

it('never holds more than a full bucket', () => {
  const tokens = new HedgeTokens();
  for (let query = 0; query < 1000; query++) tokens.queried(1);
  expect(tokens.tokens).toBe(20);
});

it('takes an upstream for answering that was never asked, and follows what it does', () => {
  const answered = new AnsweredShare();
  expect(answered.share).toBe(1);
  for (let query = 0; query < 4; query++) answered.ended(false);
  expect(answered.share).toBeLessThan(0.9);
  for (let query = 0; query < 100; query++) answered.ended(query % 20 !== 0);
  expect(answered.share).toBeGreaterThan(0.9);
});
