import { expect, it } from 'vitest';
import { liveScreen, plainScreen } from './screen.ts';

function terminal(columns?: number, rows?: number) {
  const written: string[] = [];
  return { written, isTTY: true, columns, rows, write: (text: string) => written.push(text) };
}

it('a live screen draws all lines in the place of those before', () => {
  const { written, ...stdout } = terminal();
  const screen = liveScreen(stdout);
  screen.show(['one', 'two']);
  screen.show(['one', 'TWO', 'three']);
  screen.finish();
  expect(written).toEqual([
    '\r\u001b[Jone\ntwo\n',
    '\u001b[2A\r\u001b[Jone\nTWO\nthree\n',
    '\u001b[3A\r\u001b[Jone\nTWO\nthree\n',
  ]);
});

it('a live screen draws no more than fits, until it is finished', () => {
  const { written, ...stdout } = terminal(5, 3);
  const screen = liveScreen(stdout);
  screen.show(['one', 'two', 'too long', 'four']);
  screen.finish();
  expect(written).toEqual(['\r\u001b[Jtoo \nfour\n', '\u001b[2A\r\u001b[Jone\ntwo\ntoo long\nfour\n']);
});

it('a plain screen writes each line once, when it stays', () => {
  const { written, ...stdout } = terminal();
  const screen = plainScreen(stdout);
  screen.show(['one', 'tw']);
  screen.show(['one', 'two', 'th']);
  screen.show(['one', 'two', 'three']);
  expect(written).toEqual(['one\n', 'two\n']);
  screen.finish();
  screen.finish();
  expect(written).toEqual(['one\n', 'two\n', 'three\n']);
});

it('a screen on which nothing was shown writes nothing', () => {
  for (const screenFor of [liveScreen, plainScreen]) {
    const { written, ...stdout } = terminal();
    screenFor(stdout).finish();
    expect(written).toEqual([]);
  }
});
