/** Interchangeable upstreams in order of their scores, and the choice among them between two sorts. */

/** Milliseconds between sorts (founding design). */
export const SORT_EVERY_MS = 10_000;

/**
 * Sorts by score, best first. At each place the upstream that stood there keeps it unless another is better by the
 * margin, so that noise changes nothing.
 *
 * @param order ids in their present order
 * @param margin 0 gives a plain sort in which equals keep their order
 */
export function rank(
  order: readonly string[],
  scoreOf: (id: string) => number,
  margin: number,
): readonly string[] {
  const remaining = order.map((id) => ({ id, score: scoreOf(id) }));
  const ranked: string[] = [];
  for (let present = remaining[0]; present !== undefined; present = remaining[0]) {
    let best = present;
    for (const other of remaining) if (other.score > best.score) best = other;
    const next = best.score - present.score >= margin ? best : present;
    ranked.push(next.id);
    remaining.splice(remaining.indexOf(next), 1);
  }
  return ranked;
}

/** What {@link chooseOfTwo} compares. */
export interface Contender {
  readonly id: string;
  /** 0 to 1. */
  readonly score: number;
  /** Queries that it has not answered yet. */
  readonly inflight: number;
}

/**
 * The power of two choices: of two drawn at random, the one with the higher score / (inflight + 1). It spreads load
 * without herding on whoever was best at the last sort (Mitzenmacher 2001).
 *
 * @param random uniform in [0, 1)
 * @returns undefined if there is none to choose from
 */
export function chooseOfTwo<T extends Contender>(
  contenders: readonly T[],
  random: () => number,
): T | undefined {
  if (contenders.length < 2) return contenders[0];
  const first = draw(contenders.length, random);
  // The second is another one, each with the same chance.
  const second = (first + 1 + draw(contenders.length - 1, random)) % contenders.length;
  const [one, other] = [contenders[first], contenders[second]];
  if (one === undefined || other === undefined) return one ?? other;
  return other.score / (other.inflight + 1) > one.score / (one.inflight + 1) ? other : one;
}

/** A whole number in [0, limit). */
export function draw(limit: number, random: () => number): number {
  return Math.min(limit - 1, Math.floor(random() * limit));
}
