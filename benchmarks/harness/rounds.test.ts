import { expect, it } from 'vitest';
import type { ExperimentSpec } from './experiment.ts';
import { runExperiment } from './rounds.ts';
import { experimentOf, ratioBudget } from './test-support/experiments.ts';

/** An experiment whose cases note their turn. */
function noting(
  names: readonly string[],
  change: Partial<ExperimentSpec>,
): { turns: string[]; spec: ExperimentSpec } {
  const turns: string[] = [];
  const cases = names.map((name) => ({
    name,
    run: async () => {
      turns.push(name);
      return { time: turns.length };
    },
  }));
  return { turns, spec: { ...experimentOf({}), ...change, cases } };
}

it('lets every case begin a round in its turn', async () => {
  const { turns, spec } = noting(['ours', 'floor'], { budgets: [ratioBudget()], rounds: 3 });
  const { cases } = await runExperiment(spec);
  expect(turns).toEqual(['ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
  expect(cases).toEqual([
    { name: 'ours', samples: { time: [1, 4, 5] } },
    { name: 'floor', samples: { time: [2, 3, 6] } },
  ]);
});

it('runs what no budget and no control names in every third round', async () => {
  const { turns, spec } = noting(['ours', 'floor', 'again', 'reference'], {
    budgets: [ratioBudget()],
    control: { metric: 'time', first: 'floor', second: 'again' },
    rounds: 9,
  });
  await runExperiment(spec);
  const times = (name: string): number => turns.filter((turn) => turn === name).length;
  expect(['ours', 'floor', 'again', 'reference'].map(times)).toEqual([9, 9, 9, 3]);
});

it('runs a case with an interval in the first of so many rounds', async () => {
  const { turns, spec } = noting(['ours', 'reference'], { budgets: [ratioBudget()], rounds: 6 });
  const cases = spec.cases.map((one) => ({ ...one, interval: one.name === 'ours' ? 5 : 1 }));
  await runExperiment({ ...spec, cases });
  expect(turns.filter((turn) => turn === 'ours')).toHaveLength(2);
  expect(turns.filter((turn) => turn === 'reference')).toHaveLength(6);
});

it('keeps what is drawn, and goes on without what cannot be', async () => {
  const { spec } = noting(['ours'], { rounds: 1 });
  const drawing = { chart: 'a chart', lines: [], moments: [] };
  expect(await runExperiment({ ...spec, draw: () => Promise.resolve(drawing) })).toMatchObject({ drawing });
  const failing = await runExperiment({ ...spec, draw: () => Promise.reject(new Error('no line')) });
  expect(failing).not.toHaveProperty('drawing');
  expect(failing).not.toHaveProperty('draw');
});

it('goes on without a case that fails, and says why it did', async () => {
  const { spec } = noting(['floor'], { budgets: [ratioBudget()], rounds: 2 });
  let runs = 0;
  const failing = {
    name: 'ours',
    run: async () => {
      runs += 1;
      if (runs === 2) throw new Error('it is not there');
      return { time: 1 };
    },
  };
  const { cases } = await runExperiment({ ...spec, cases: [failing, ...spec.cases] });
  expect(cases).toEqual([
    { name: 'ours', samples: {}, failure: 'it is not there' },
    { name: 'floor', samples: { time: [1, 2] } },
  ]);
});
