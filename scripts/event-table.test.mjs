// The tables of both READMEs list every event of the code, in its order, with its channel and fields.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EVENT_CHANNELS, EVENT_TABLE } from '../packages/resolver/src/guidance/events.ts';
import { tableRows } from './markdown.mjs';

/** What stands in code in a cell. */
function codeOf(cell) {
  return [...cell.matchAll(/`([^`]*)`/g)].map(([, code]) => code);
}

it.each(['../README.md', '../README.zh-CN.md'])('%s', (path) => {
  const rows = tableRows(readFileSync(new URL(path, import.meta.url), 'utf8'));
  const events = rows.filter(([channel]) => channel.startsWith('`doubao.resolver.'));
  const expected = EVENT_TABLE.map(({ channel, type, fields }) => [
    [EVENT_CHANNELS[channel]],
    [type],
    fields,
  ]);
  expect(events.map((cells) => cells.slice(0, 3).map(codeOf))).toEqual(expected);
});
