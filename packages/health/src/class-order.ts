/** The upstreams of one class in the order in which they are asked. */
import { rank } from './ranking.ts';

/** What an order is made from. */
export interface OrderView {
  isDown(id: string): boolean;
  /** It failed again and does not lead while another can. */
  isHeldDown(id: string): boolean;
  /** Who stays first unless it is down: the lead, while its last change is too short a while ago, or a candidate. */
  readonly pinned: string | undefined;
}

/** An ordered list keeps its order; a pool is sorted by score. Upstreams that are down come last in both. */
export class ClassOrder {
  #preferred: readonly string[];
  #order: readonly string[];
  #wantsOther = false;

  /** @param ids in configured order, which is also that of equal scores */
  constructor(ids: readonly string[]) {
    this.#preferred = ids;
    this.#order = ids;
  }

  get ids(): readonly string[] {
    return this.#order;
  }

  /** The first to be asked; undefined in an empty class. */
  get lead(): string | undefined {
    return this.#order[0];
  }

  /** Whether another would be first but for the pin. */
  get wantsOther(): boolean {
    return this.#wantsOther;
  }

  /** Sorts a pool. */
  sort(scoreOf: (id: string) => number, margin: number): void {
    this.#preferred = rank(this.#preferred, scoreOf, margin);
  }

  /** Puts one first, as the winner of the race for the lead. */
  promote(id: string): void {
    this.#preferred = [id, ...this.#preferred.filter((other) => other !== id)];
  }

  /** Applies the preference to what is up. */
  arrange(view: OrderView): void {
    const grade = (id: string): number => (view.isDown(id) ? 2 : view.isHeldDown(id) ? 1 : 0);
    const wanted = this.#preferred.toSorted((a, b) => grade(a) - grade(b));
    const { pinned } = view;
    const isPinned = pinned !== undefined && wanted.includes(pinned) && !view.isDown(pinned);
    this.#wantsOther = isPinned && wanted[0] !== pinned;
    // Where all are down, nobody is better than who leads.
    const first = isPinned ? pinned : wanted.every((id) => view.isDown(id)) ? this.lead : wanted[0];
    this.#order = first === undefined ? wanted : [first, ...wanted.filter((id) => id !== first)];
  }
}
