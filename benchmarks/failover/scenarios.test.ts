import { expect, it } from 'vitest';
import { budgetsOf } from './budgets.ts';
import { castOf, longScenarios, shortWaves, withoutFault } from './scenarios.ts';

const scenes = [...shortWaves.flat(), ...longScenarios];

it('gives every scenario an id and a title of its own', () => {
  expect(new Set(scenes.map(({ id }) => id)).size).toBe(scenes.length);
  expect(new Set(scenes.map(({ title }) => title)).size).toBe(scenes.length);
});

it('compares queries with a scenario that runs in the same rounds', () => {
  for (const scene of scenes) {
    const base = scenes.find(({ id }) => id === withoutFault(scene).id);
    expect(base).toMatchObject({ fault: 'none', names: scene.names, perSecond: scene.perSecond });
    const intervals = new Map(base && castOf(base).map((one) => [one.contender, one.interval]));
    for (const { contender, interval } of castOf(scene)) {
      expect(interval % (intervals.get(contender) ?? 0), `${scene.id}, ${contender}`).toBe(0);
    }
  }
});

it('has the budgets of row 11 at both rates, and ours in every round of them', () => {
  const judged = scenes.filter((scene) => budgetsOf(scene).length > 0);
  expect(new Set(judged.map(({ fault }) => fault))).toEqual(
    new Set(['killed', 'stopped', 'black-holed', 'loss-5', 'loss-30']),
  );
  for (const scene of judged) {
    expect(castOf(scene)[0]).toEqual({ contender: 'doubao-resolver', interval: 1 });
    expect(
      judged.filter(({ fault, perSecond }) => fault === scene.fault && perSecond !== scene.perSecond),
    ).not.toEqual([]);
  }
});
