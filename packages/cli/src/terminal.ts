/** What a stream must tell for colour to be decided. */
export interface OutputStream {
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** Marks text; returns it unchanged where colour is off. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

function sgr(code: number, reset: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[${reset}m`;
}

const coloured: Style = { good: sgr(32, 39), bad: sgr(31, 39), dim: sgr(2, 22), strong: sgr(1, 22) };
const plain: Style = {
  good: (text) => text,
  bad: (text) => text,
  dim: (text) => text,
  strong: (text) => text,
};

/** Colour only on a terminal that can show it, and never where `NO_COLOR` is set and not empty (no-color.org). */
export function styleFor(stream: OutputStream, env: NodeJS.ProcessEnv): Style {
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return stream.isTTY === true && !refused ? coloured : plain;
}

/**
 * Text that came from outside, safe to print: control characters, which could move the cursor or hide output, are
 * shown as `\x1b`.
 */
export function printable(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- these are what it looks for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      const code = character.charCodeAt(0);
      return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
    },
  );
}
