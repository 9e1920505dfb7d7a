/** How large a share of its queries an upstream answers, of late. */

/** Weight of one query: about the last 32 count. */
const QUERY_WEIGHT = 1 / 32;

/** Of one upstream, kept where queries are sent. */
export class AnsweredShare {
  #share = 1;

  /** 0 to 1; 1 before the first query. */
  get share(): number {
    return this.#share;
  }

  /** A query was answered, or will not be any more. */
  ended(answered: boolean): void {
    this.#share += ((answered ? 1 : 0) - this.#share) * QUERY_WEIGHT;
  }
}
