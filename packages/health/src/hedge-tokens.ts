/** The token bucket that bounds what hedging adds to the load of an upstream. */

/** How many hedges there may be. */
export interface HedgeBudget {
  /** Tokens of a full bucket; one is taken per hedge. */
  readonly burst: number;
  /** Tokens per query while the hedge's target answers. */
  readonly refillAnswering: number;
  /** Tokens per query otherwise: what does not answer is not asked twice as often. */
  readonly refillIll: number;
  /** Share of answered queries from which an upstream counts as answering. */
  readonly answeringShare: number;
}

export const HEDGE_BUDGET: HedgeBudget = {
  burst: 20,
  refillAnswering: 0.4,
  refillIll: 0.1,
  answeringShare: 0.9,
};

/** Weight of one query in the share of answered ones: about the last 32 count. */
const QUERY_WEIGHT = 1 / 32;

/** The bucket of one upstream as the target of hedges. A retry after an error or timeout takes no token. */
export class HedgeTokens {
  readonly #budget: HedgeBudget;
  #tokens: number;
  #answeredShare = 1;

  constructor(budget: HedgeBudget = HEDGE_BUDGET) {
    this.#budget = budget;
    this.#tokens = budget.burst;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Share of recent queries that were answered, 0 to 1. */
  get answeredShare(): number {
    return this.#answeredShare;
  }

  /** A query leaves for the upstream. */
  queried(): void {
    const { burst, answeringShare, refillAnswering, refillIll } = this.#budget;
    const refill = this.#answeredShare >= answeringShare ? refillAnswering : refillIll;
    this.#tokens = Math.min(burst, this.#tokens + refill);
  }

  /** A query was answered, or will not be any more. */
  ended(answered: boolean): void {
    this.#answeredShare += ((answered ? 1 : 0) - this.#answeredShare) * QUERY_WEIGHT;
  }

  /** Whether a hedge may leave; it then costs a token. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
