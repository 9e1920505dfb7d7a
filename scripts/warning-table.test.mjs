// The tables of both READMEs list every warning of the code.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tableRows } from './markdown.mjs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const PREFIX = 'DOUBAO_RESOLVER_';

it.each(['../README.md', '../README.zh-CN.md'])('%s', (path) => {
  const source = read('../packages/resolver/src/errors/warning.ts');
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => PREFIX + code);
  expect(codes.length).toBeGreaterThan(0);
  const rows = tableRows(read(path)).map(([first]) => first.replaceAll('`', ''));
  expect(rows.filter((cell) => cell.startsWith(PREFIX)).toSorted()).toEqual(codes.toSorted());
});
