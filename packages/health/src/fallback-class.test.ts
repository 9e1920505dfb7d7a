import { expect, it } from 'vitest';
import { fallbackTtlSeconds, mayAskFallback } from './fallback-class.ts';
import type { Condition } from './upstream.ts';

const primary = (condition: Condition, failedThisQuery = false) => ({ condition, failedThisQuery });

it('may be asked when every primary is down, suspect, or has failed this query', () => {
  expect(mayAskFallback([primary('down'), primary('suspect'), primary('up', true)])).toBe(true);
});

it('may not be asked while one primary is merely late', () => {
  expect(mayAskFallback([primary('up')])).toBe(false);
  expect(mayAskFallback([primary('down'), primary('up'), primary('suspect')])).toBe(false);
});

it('has answers that are fresh for a minute at most', () => {
  expect([0, 30, 60, 86_400].map((ttl) => fallbackTtlSeconds(ttl))).toEqual([0, 30, 60, 60]);
});
