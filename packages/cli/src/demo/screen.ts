/** Where a stage shows what happens while it happens. */
import type { OutputStream } from '../terminal.ts';

export interface Screen {
  /**
   * Shows these lines.
   *
   * @param lines all of the stage so far: those before the last stay as they are
   */
  show(lines: readonly string[]): void;
  /** Shows what is still to be shown; the last line stays as it is too. */
  finish(): void;
}

/** Of a terminal that does not tell. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

/** Redraws all lines in place; of more than the terminal has rows for, the last ones. */
export function liveScreen(stdout: OutputStream): Screen {
  let lines: readonly string[] = [];
  let drawn = 0;
  const draw = (shown: readonly string[]): void => {
    // To the first of the lines drawn, and everything from there on erased.
    const back = drawn === 0 ? '\r\u001b[J' : `\u001b[${drawn}A\r\u001b[J`;
    stdout.write(`${back}${shown.map((line) => `${line}\n`).join('')}`);
    drawn = shown.length;
  };
  return {
    show(next) {
      lines = next;
      const { columns = USUAL_COLUMNS, rows = USUAL_ROWS } = stdout;
      // A line that wraps, or the one that the cursor stands on, would be one more.
      draw(lines.slice(1 - rows).map((line) => line.slice(0, columns - 1)));
    },
    finish() {
      if (lines.length > 0) draw(lines);
    },
  };
}

/** Writes each line once, when it stays as it is. */
export function plainScreen(stdout: OutputStream): Screen {
  let lines: readonly string[] = [];
  let written = 0;
  const write = (until: number): void => {
    for (const line of lines.slice(written, until)) stdout.write(`${line}\n`);
    written = Math.max(written, until);
  };
  return {
    show(next) {
      lines = next;
      write(lines.length - 1);
    },
    finish: () => write(lines.length),
  };
}

/** Shows nothing. */
export const noScreen: Screen = { show: () => undefined, finish: () => undefined };
