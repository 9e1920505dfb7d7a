/** The switch that leaves Node's own lookup in place, and the line that says so. */

/** `DOUBAO_RESOLVER=off`. */
export function isSwitchedOff(): boolean {
  return process.env['DOUBAO_RESOLVER'] === 'off';
}

/** One line on stderr. */
export function say(line: string): void {
  process.stderr.write(`@doubao/resolver: ${line}\n`);
}
