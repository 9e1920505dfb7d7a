// The option tables of both READMEs name every option of the code, in its order, with its default.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OPTION_TABLE } from '../packages/resolver/src/configuration/option-table.ts';
import { tableRows } from './markdown.mjs';

/** Cells that are code name values, which no translation changes; prose in them is translated. */
function codeOf(cell) {
  return [...cell.matchAll(/`[^`]*`/g)].map(([code]) => code);
}

/** A default that is a number is in every language the same. */
function valueOf(cell) {
  return /^\d+$/.test(cell) ? cell : codeOf(cell);
}

function optionRows(path) {
  const source = readFileSync(new URL(path, import.meta.url), 'utf8');
  return tableRows(source).filter(([option]) => OPTION_TABLE.some((row) => option === `\`${row.path}\``));
}

it('README.md has the options, values and defaults of the code', () => {
  const rows = optionRows('../README.md').map((cells) => cells.slice(0, 3));
  expect(rows).toEqual(OPTION_TABLE.map((row) => [`\`${row.path}\``, row.values, row.default]));
});

it('README.zh-CN.md has the same options with the same values and defaults', () => {
  const rows = optionRows('../README.zh-CN.md');
  expect(rows.map(([option]) => option)).toEqual(OPTION_TABLE.map((row) => `\`${row.path}\``));
  expect(rows.map(([, values]) => codeOf(values))).toEqual(OPTION_TABLE.map((row) => codeOf(row.values)));
  expect(rows.map(([, , value]) => valueOf(value))).toEqual(OPTION_TABLE.map((row) => valueOf(row.default)));
});
