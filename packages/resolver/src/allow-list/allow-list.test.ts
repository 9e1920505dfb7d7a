import { expect, it } from 'vitest';
import { AllowList } from './allow-list.ts';
import { bloomFilter } from './bloom-filter.ts';

it.each([
  ['a.test', true],
  ['A.Test.', true],
  ['sub.a.test', false],
  ['test', false],
  ['svc.test', true],
  ['one.svc.test', true],
  ['two.one.SVC.test.', true],
  ['xsvc.test', false],
  ['filtered.test', true],
  ['sub.filtered.test', false],
  ['localhost', true],
  ['a.localhost', true],
  ['localhost.test', false],
])('%s: %s', (name, allowed) => {
  const list = new AllowList({
    names: ['a.test'],
    suffixes: ['Svc.test.'],
    bloom: bloomFilter(['filtered.test']),
  });
  expect(list.allows(name)).toBe(allowed);
});

it('an empty list allows nothing but localhost', () => {
  const list = new AllowList({ names: [] });
  expect(list.allows('a.test')).toBe(false);
  expect(list.allows('localhost')).toBe(true);
});
