// The tables of both READMEs explain every field of `stats()`.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HealthState } from '../packages/health/src/index.ts';
import { FailoverTally } from '../packages/resolver/src/guidance/failover-stats.ts';
import { createResolver } from '../packages/resolver/src/index.ts';
import { tableRows } from './markdown.mjs';

/** Names of fields in the first cells of the tables below a heading, in code. */
function fieldsOf(path) {
  const source = readFileSync(new URL(path, import.meta.url), 'utf8');
  const [, section = ''] = source.split('\n### `stats()`\n');
  const rows = tableRows(section.split(/\n##+ /)[0] ?? '');
  return rows.flatMap(([fields = '']) => [...fields.matchAll(/`([^`]*)`/g)].map(([, field]) => field));
}

/** Of one server, which none has before the first lookup. */
const upstreamFields = [
  'id',
  'class',
  'public',
  'route',
  'server',
  'transport',
  'p95Ms',
  'inflight',
  'sent',
  'answered',
  'failed',
  'suspect',
  'edns',
];

/** Of `failover`, which is null where nothing is decided. */
function failoverFields() {
  const upstreams = [{ id: 'a', class: 'primary', protocol: 'udp' }];
  const health = new HealthState({ upstreams, ordered: true, random: Math.random, nowMs: 0 });
  return Object.keys(new FailoverTally().statsOf(health, 0, 0));
}

it.each(['../README.md', '../README.zh-CN.md'])('%s explains every field', async (path) => {
  const resolver = createResolver({ servers: ['127.0.0.1'] });
  const fields = [...Object.keys(resolver.stats()), ...upstreamFields, ...failoverFields()];
  await resolver.close();
  expect(fieldsOf(path).toSorted()).toEqual(fields.toSorted());
});
