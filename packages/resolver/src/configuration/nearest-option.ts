/** What somebody may have meant by an option that does not exist. */

/** Beyond a third of its letters a word is another word. */
const LETTERS_PER_MISTAKE = 3;

/**
 * Insertions, removals, replacements and swaps of neighbours that make one text of the other (the restricted
 * Damerau–Levenshtein distance).
 */
function mistakes(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped = row > 1 && from[row - 2] === to[column - 1] && from[row - 1] === to[column - 2];
      if (swapped) least = Math.min(least, (beforeLast[column - 2] as number) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] as number;
}

function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/**
 * The option nearest to a path that is none: misspelt where it stands, or right and in a wrong place.
 *
 * @param known paths of options and of the objects that hold them
 * @returns undefined if none is near
 */
export function nearestOption(path: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const whole = mistakes(path.toLowerCase(), candidate.toLowerCase());
    const key = mistakes(lastKey(path).toLowerCase(), lastKey(candidate).toLowerCase());
    const parent = path.slice(0, -lastKey(path).length) === candidate.slice(0, -lastKey(candidate).length);
    // Among equals, one of the same object is meant.
    const distance = Math.min(whole, parent ? key : key + 0.5);
    const most = Math.ceil(lastKey(candidate).length / LETTERS_PER_MISTAKE);
    if (distance < least && distance < most + 1) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}
