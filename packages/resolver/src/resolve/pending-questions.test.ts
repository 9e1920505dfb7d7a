import { expect, test } from 'vitest';
import { seededRandom } from '../test-support/seeded-random.ts';
import { type Pending, PendingQuestions } from './pending-questions.ts';

/** Puts its name down when it is taken back. */
function question(name: number, withdrawn: number[]): Pending {
  return { previous: undefined, next: undefined, withdraw: () => withdrawn.push(name) };
}

test('does what a set does, and takes back in the order of asking', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 200; round++) {
    const withdrawn: number[] = [];
    const list = new PendingQuestions();
    const oracle = new Map<number, Pending>();
    const all: Pending[] = [];
    for (let step = 0; step < 40; step++) {
      if (random() < 0.6) {
        const added = question(step, withdrawn);
        all.push(added);
        list.add(added);
        oracle.set(step, added);
      } else if (all.length > 0) {
        // Perhaps one that is gone already.
        const removed = all[Math.floor(random() * all.length)] as Pending;
        list.remove(removed);
        for (const [name, kept] of oracle) if (kept === removed) oracle.delete(name);
      }
      expect(list.isEmpty).toBe(oracle.size === 0);
    }
    list.withdrawAll();
    expect(withdrawn).toEqual([...oracle.keys()]);
    expect(list.isEmpty).toBe(true);
    // Nothing of the list is kept alive by what was in it.
    expect(all.every(({ previous, next }) => previous === undefined && next === undefined)).toBe(true);
  }
});

test('who asks again while all are taken back stays', () => {
  const withdrawn: number[] = [];
  const list = new PendingQuestions();
  const later = question(2, withdrawn);
  list.add({ ...question(1, withdrawn), withdraw: () => list.add(later) });
  list.withdrawAll();
  expect(withdrawn).toEqual([]);
  list.withdrawAll();
  expect(withdrawn).toEqual([2]);
});
