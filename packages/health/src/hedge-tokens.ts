/** The token bucket that bounds what hedging adds to the load of upstreams. */

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

/**
 * One bucket for all upstreams of a plan: queries to the one that leads pay for hedges to the next. A retry after an
 * error or timeout takes no token.
 */
export class HedgeTokens {
  readonly #budget: HedgeBudget;
  #tokens: number;

  constructor(budget: HedgeBudget = HEDGE_BUDGET) {
    this.#budget = budget;
    this.#tokens = budget.burst;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /**
   * A query leaves that may be hedged.
   *
   * @param targetShare share of its recent queries that the hedge's target has answered, see {@link AnsweredShare}
   */
  queried(targetShare: number): void {
    const { burst, answeringShare, refillAnswering, refillIll } = this.#budget;
    const refill = targetShare >= answeringShare ? refillAnswering : refillIll;
    this.#tokens = Math.min(burst, this.#tokens + refill);
  }

  /** Whether a hedge may leave; it then costs a token. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
