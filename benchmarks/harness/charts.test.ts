import { expect, it } from 'vitest';
import { chartsOf } from './charts.ts';
import type { Experiment } from './experiment.ts';
import type { GroupResult } from './result-files.ts';
import { experimentOf } from './test-support/experiments.ts';

function resultOf(experiments: readonly Experiment[]): GroupResult {
  const machine = {
    takenAt: '2026-01-01T00:00:00Z',
    cpu: 'a processor',
    cores: 2,
    memoryGiB: 4,
    system: 'Linux',
    loadBefore: 0,
    versions: {},
  };
  return { group: 'micro', title: 'Micro', machine, experiments };
}

const chart = 'throughput-by-concurrency';

it('draws each Node apart, and what has no Node with each', () => {
  const point = { chart, x: 10 };
  const [file] = chartsOf([
    resultOf([
      experimentOf({ ours: 1 }, { node: 'v20.1.0', point }),
      experimentOf({ ours: 2 }, { node: 'v26.1.0', point }),
      experimentOf({ native: 3 }, { point }),
    ]),
  ]);
  expect(file?.chart.panels.map(({ heading, series }) => [heading, series.map(({ name }) => name)])).toEqual([
    ['Node 20', ['ours', 'native']],
    ['Node 26', ['ours', 'native']],
  ]);
});

it('draws panels by their name, points by rising x, and no program twice', () => {
  const control = { metric: 'time', first: 'ours', second: 'ours, again' };
  const at = (panel: string, x: number): Experiment =>
    experimentOf({ ours: x, 'ours, again': x }, { control, point: { chart, panel, x } });
  const [file] = chartsOf([resultOf([at('loop', 3), at('loop', 1), at('zipf', 1)])]);
  const [loop, zipf] = file?.chart.panels ?? [];
  expect(loop).toMatchObject({ heading: 'loop', series: [{ name: 'ours', points: [{ x: 1 }, { x: 3 }] }] });
  expect(zipf?.series).toHaveLength(1);
});

it('makes no chart without points', () => {
  expect(chartsOf([resultOf([experimentOf({ ours: 1 })])])).toEqual([]);
});

it('draws what an experiment has drawn, with a band and without a table', () => {
  const drawing = {
    chart: 'failover-timeline',
    lines: [{ name: 'ours', x: [-1, 0], y: [20, 30], most: [25, 300] }],
    moments: [{ what: 'fault', x: 0 }],
  };
  const [file] = chartsOf([resultOf([experimentOf({ ours: 1 }, { drawing })])]);
  expect(file).toMatchObject({ name: 'failover-timeline', isWithoutTable: true });
  expect(file?.chart.moments).toEqual([{ label: 'fault', x: 0 }]);
  expect(file?.chart.panels[0]?.series).toEqual([
    {
      name: 'ours',
      points: [
        { x: -1, y: 20, least: 20, most: 25 },
        { x: 0, y: 30, least: 30, most: 300 },
      ],
    },
  ]);
});
