import { describe, expect, it } from 'vitest';
import type { Experiment } from './experiment.ts';
import { controlRatio, judge, marginOf } from './verdict.ts';
import { experimentOf, ratioBudget } from './test-support/experiments.ts';

const control = { metric: 'time', first: 'floor', second: 'floor, again' };

describe('a ratio', () => {
  it('is met up to its limit and missed beyond', () => {
    expect(judge(experimentOf({ ours: 125, floor: 100 }), ratioBudget()).outcome).toBe('met');
    expect(judge(experimentOf({ ours: 126, floor: 100 }), ratioBudget()).outcome).toBe('missed');
  });

  it('is the median of the ratios within rounds, not the ratio of medians', () => {
    const cases = [
      { name: 'ours', samples: { time: [10, 40, 90] } },
      { name: 'floor', samples: { time: [10, 20, 90] } },
    ];
    const { measured } = judge(experimentOf({}, { cases }), ratioBudget());
    expect(measured).toEqual({ median: 1, least: 1, most: 2 });
  });

  it('has both runs of the floor as its denominator', () => {
    const experiment = experimentOf({ ours: 105, floor: 100, 'floor, again': 110 }, { control });
    expect(judge(experiment, ratioBudget()).measured?.median).toBe(1);
  });
});

describe('not judged', () => {
  it('is what a machine without time to spare measured of a case with a budget', () => {
    const quiet = { metric: 'late', limit: 10, text: 'lookups started late' };
    const late = (own: number, others: number): Experiment =>
      experimentOf(
        {},
        {
          metrics: { time: { unit: 'ms', digits: 0 }, late: { unit: 'ms', digits: 1 } },
          cases: [
            { name: 'ours', samples: { time: [1], late: [own] } },
            { name: 'theirs', samples: { time: [1], late: [others] } },
          ],
          quiet,
          budgets: [budget],
        },
      );
    const budget = ratioBudget({ relation: 'value' });
    expect(judge(late(10, 99), budget).outcome).toBe('met');
    expect(judge(late(11, 0), budget)).toMatchObject({
      outcome: 'not judged',
      because: 'lookups started late: 11.0 ms',
    });
  });

  it('is a time of too few rounds', () => {
    const verdict = judge(experimentOf({ ours: 1, floor: 1 }, { rounds: 8 }), ratioBudget());
    expect(verdict).toMatchObject({ outcome: 'not judged', because: 'rounds: 8 of 9' });
  });

  it('is what a restless machine measured', () => {
    const experiment = experimentOf({ ours: 1, floor: 100, 'floor, again': 111 }, { control });
    expect(controlRatio(experiment)?.median).toBeCloseTo(1.11);
    expect(judge(experiment, ratioBudget())).toMatchObject({
      outcome: 'not judged',
      because: 'same program twice: 1.11 ×',
    });
  });

  it('is never a count', () => {
    const experiment = experimentOf({ ours: 1, floor: 1 }, { rounds: 1, exact: true });
    expect(judge(experiment, ratioBudget()).outcome).toBe('met');
  });
});

it('counts the worst round of a budget that holds for each', () => {
  const cases = [{ name: 'ours', samples: { time: [0, 0, 0, 0, 0, 0, 0, 0, 1] } }];
  const budget = ratioBudget({ relation: 'value', limit: 0 });
  expect(judge(experimentOf({}, { cases }), budget).outcome).toBe('met');
  expect(judge(experimentOf({}, { cases }), { ...budget, isStrict: true }).outcome).toBe('missed');
});

it('is not measured where a case did not run', () => {
  expect(judge(experimentOf({ floor: 1 }), ratioBudget())).toMatchObject({
    outcome: 'not measured',
    measured: undefined,
  });
});

it('tells whether the aim beyond the limit is reached', () => {
  const budget = ratioBudget({ bound: 'at least', limit: 1.6, aim: 2 });
  expect(judge(experimentOf({ ours: 17, floor: 10 }), budget)).toMatchObject({
    outcome: 'met',
    aimed: false,
  });
  expect(judge(experimentOf({ ours: 20, floor: 10 }), budget)).toMatchObject({ outcome: 'met', aimed: true });
});

it('measures an excess as a difference, and a margin towards the good side', () => {
  const experiment = experimentOf({ ours: 190, floor: 100 });
  const garbage = judge(experiment, ratioBudget({ relation: 'excess', limit: 96 }));
  expect(garbage).toMatchObject({ outcome: 'met', measured: { median: 90 } });
  expect(marginOf(garbage)).toBe(6);
  expect(marginOf(judge(experiment, ratioBudget({ bound: 'at least', limit: 2 })))).toBeCloseTo(-0.1);
});
