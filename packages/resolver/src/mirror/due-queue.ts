/** A binary heap of things that become due, from which any can be taken out. */

/** Something with a time; the queue keeps its position in it. */
export interface Due {
  dueAt: number;
  /** -1 while in no queue. */
  position: number;
}

export class DueQueue<T extends Due> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** What is due first. */
  first(): T | undefined {
    return this.#heap[0];
  }

  add(item: T): void {
    item.position = this.#heap.length;
    this.#heap.push(item);
    this.#rise(item);
  }

  remove(item: T): void {
    const { position } = item;
    if (position === -1) return;
    item.position = -1;
    const last = this.#heap.pop() as T;
    if (last === item) return;
    this.#place(last, position);
    this.#rise(last);
    this.#sink(last);
  }

  /** To be called after `dueAt` of an item in the queue has changed. */
  update(item: T): void {
    this.#rise(item);
    this.#sink(item);
  }

  #place(item: T, position: number): void {
    this.#heap[position] = item;
    item.position = position;
  }

  #rise(item: T): void {
    while (item.position > 0) {
      const parent = this.#heap[(item.position - 1) >> 1] as T;
      if (parent.dueAt <= item.dueAt) return;
      this.#swap(parent, item);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const left = this.#heap[2 * item.position + 1];
      const right = this.#heap[2 * item.position + 2];
      if (left === undefined) return;
      const child = right !== undefined && right.dueAt < left.dueAt ? right : left;
      if (item.dueAt <= child.dueAt) return;
      this.#swap(item, child);
    }
  }

  #swap(upper: T, lower: T): void {
    const { position } = upper;
    this.#place(upper, lower.position);
    this.#place(lower, position);
  }
}
