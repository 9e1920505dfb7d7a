import { describe, expect, it } from 'vitest';
import { type Due, DueQueue } from './due-queue.ts';

/** The same numbers in every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state / 2 ** 32;
  }
}

describe('a queue', () => {
  it('does what a sorted list does', () => {
    const queue = new DueQueue<Due>();
    const list: Due[] = [];
    const random = numbers(7);
    for (let step = 0; step < 5000; step++) {
      const choice = random.next().value;
      const item = list[Math.floor(random.next().value * list.length)];
      if (choice < 0.5 || item === undefined) {
        const added = { dueAt: Math.floor(random.next().value * 100), position: -1 };
        queue.add(added);
        list.push(added);
      } else if (choice < 0.75) {
        queue.remove(item);
        list.splice(list.indexOf(item), 1);
        expect(item.position).toBe(-1);
      } else {
        item.dueAt = Math.floor(random.next().value * 100);
        queue.update(item);
      }
      expect(queue.size).toBe(list.length);
      expect(queue.first()?.dueAt).toBe(list.map(({ dueAt }) => dueAt).toSorted((a, b) => a - b)[0]);
    }
  });

  it('takes out nothing twice', () => {
    const queue = new DueQueue<Due>();
    const [one, two] = [1, 2].map((dueAt) => ({ dueAt, position: -1 })) as [Due, Due];
    queue.add(one);
    queue.add(two);
    queue.remove(one);
    queue.remove(one);
    expect(queue.first()).toBe(two);
    expect(queue.size).toBe(1);
  });
});
