import { expect, it } from 'vitest';
import { printable, styleFor } from './terminal.ts';

const write = (): void => undefined;

it('colours on a terminal only, and not where NO_COLOR or TERM=dumb is set', () => {
  expect(styleFor({ isTTY: true, write }, {}).good('x')).toBe('\u001b[32mx\u001b[39m');
  expect(styleFor({ isTTY: true, write }, { NO_COLOR: '' }).good('x')).toBe('\u001b[32mx\u001b[39m');
  for (const [isTTY, env] of [
    [false, {}],
    [true, { NO_COLOR: '1' }],
    [true, { TERM: 'dumb' }],
  ] as const) {
    expect(styleFor({ isTTY, write }, env).good('x')).toBe('x');
  }
  expect(styleFor({ write }, {}).good('x')).toBe('x');
});

it('shows control characters instead of obeying them', () => {
  expect(printable('a\u001b[2Jb\n\u202ec')).toBe('a\\x1b[2Jb\\x0a\\u202ec');
  expect(printable('bücher.example')).toBe('bücher.example');
});
