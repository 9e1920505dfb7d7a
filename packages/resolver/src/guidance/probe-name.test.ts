import { expect, it } from 'vitest';
import { seededRandom } from '../test-support/seeded-random.ts';
import { busyDomains, probeName } from './probe-name.ts';

const popular = (...names: string[]) => names.map((name) => ({ name, weight: 50, lastUsedMs: 0 }));

it('a server of one’s own is asked below the domains of the busiest names', () => {
  const domains = busyDomains(
    popular('db.prod.corp.test', 'redis', 'web.prod.corp.test', 'example.test', 'a.b.example.test'),
    [],
  );
  expect(domains).toEqual(['prod.corp.test', 'example.test', 'b.example.test']);
  const many = popular(...Array.from({ length: 100 }, (_, number) => `a.d${number}.test`));
  expect(busyDomains(many, [])).toHaveLength(16);
  expect(busyDomains([], [])).toEqual([]);
});

it('each probe has a label that no cache knows', () => {
  const random = seededRandom(1);
  const names = Array.from({ length: 100 }, () => probeName(['a.test', 'b.test'], random));
  expect(new Set(names.map((name) => name.split('.')[0])).size).toBe(100);
  expect(new Set(names.map((name) => name.slice(name.indexOf('.') + 1)))).toEqual(
    new Set(['a.test', 'b.test']),
  );
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}\./);
});

it('a server of strangers is asked about what resolvers answer themselves', () => {
  expect(probeName([], () => 0.5)).toBe('8000000080000000.resolver.arpa');
});
