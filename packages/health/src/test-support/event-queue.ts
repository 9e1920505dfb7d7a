/** What will happen in a simulation, soonest first; what happens at the same time happens in the order it was added. */

interface Pending {
  readonly atMs: number;
  readonly number: number;
  readonly run: () => void;
}

export class EventQueue {
  readonly #heap: Pending[] = [];
  #added = 0;
  nowMs = 0;

  at(atMs: number, run: () => void): void {
    const pending = { atMs: Math.max(atMs, this.nowMs), number: this.#added++, run };
    const heap = this.#heap;
    let place = heap.length;
    heap.push(pending);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (isBefore(heap[above], pending)) break;
      heap[place] = heap[above] as Pending;
      place = above;
    }
    heap[place] = pending;
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.nowMs + delayMs, run);
  }

  /** Lets everything happen that does until then. */
  runUntil(endMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#pop();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = endMs;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || isBefore(last, below)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(one: Pending | undefined, other: Pending | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
}
