import { expect, it, test } from 'vitest';
import { meaningOf, type Outcome, type Sample } from './sample.ts';

const sample = (outcome: Outcome, more: Partial<Sample> = {}): Sample => ({
  upstream: 'a',
  outcome,
  elapsedMs: 5,
  ...more,
});

test.each(['noerror', 'nodata', 'nxdomain'] as const)('%s is a success', (outcome) => {
  expect(meaningOf(sample(outcome))).toBe('success');
});

test.each(['servfail', 'refused', 'formerr', 'notimp', 'malformed'] as const)('%s is an error', (outcome) => {
  expect(meaningOf(sample(outcome))).toBe('error');
});

test.each(['timeout', 'network', 'tls', 'http'] as const)('%s is silence', (outcome) => {
  expect(meaningOf(sample(outcome))).toBe('silence');
});

it('does not blame an upstream for what this machine could not do', () => {
  expect(meaningOf(sample('local'))).toBe('nothing');
});

it('takes SERVFAIL and REFUSED on a single label for a denial', () => {
  expect(meaningOf(sample('servfail', { singleLabel: true }))).toBe('nothing');
  expect(meaningOf(sample('refused', { singleLabel: true }))).toBe('nothing');
  expect(meaningOf(sample('timeout', { singleLabel: true }))).toBe('silence');
});

it('discards what an event loop more than 50 ms late has measured', () => {
  expect(meaningOf(sample('timeout', { loopLateMs: 50 }))).toBe('silence');
  expect(meaningOf(sample('timeout', { loopLateMs: 51 }))).toBe('nothing');
});
