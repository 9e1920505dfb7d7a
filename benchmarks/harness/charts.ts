import type { Experiment } from './experiment.ts';
import { lineChart, type Axis, type LineChart, type Series } from './line-chart.ts';
import type { GroupResult } from './result-files.ts';
import { median } from './statistics.ts';

/** What a chart shows; its points are the experiments that name it. */
interface ChartDefinition {
  readonly title: string;
  readonly metric: string;
  readonly x: Axis;
  readonly y: Axis;
}

const log = (label: string): Axis => ({ label, scale: 'logarithmic' });
const linear = (label: string): Axis => ({ label, scale: 'linear' });

/** By the name that experiments use, which is the file's too. */
const definitions: Readonly<Record<string, ChartDefinition>> = {
  'throughput-by-concurrency': {
    title: 'Uncached A queries per second, NSD on loopback',
    metric: 'rate',
    x: log('in flight'),
    y: linear('answers per second'),
  },
  'memory-by-names': {
    title: 'Memory per name: 2 A, 1 AAAA',
    metric: 'total',
    x: log('names'),
    y: log('octets'),
  },
};

/** A chart, and the file it is written to. */
export interface ChartFile {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** One line for each case on each Node. */
function seriesOf(experiments: readonly Experiment[], metric: string): Series[] {
  const lines = new Map<string, { x: number; y: number }[]>();
  for (const { cases, node, point } of experiments) {
    for (const { name, samples } of cases) {
      const values = samples[metric];
      if (values === undefined || values.length === 0 || point === undefined) continue;
      const line = node === undefined ? name : `${name}, ${node.split('.', 1)[0]}`;
      lines.set(line, [...(lines.get(line) ?? []), { x: point.x, y: median(values) }]);
    }
  }
  return [...lines].map(([name, points]) => ({ name, points: points.toSorted((a, b) => a.x - b.x) }));
}

/** The charts that the results have points for. */
export function chartsOf(results: readonly GroupResult[]): ChartFile[] {
  const experiments = results.flatMap((result) => result.experiments);
  return Object.entries(definitions).flatMap(([name, { title, metric, x, y }]) => {
    const own = experiments.filter(({ point }) => point?.chart === name);
    if (own.length === 0) return [];
    const chart: LineChart = { title, x, y, series: seriesOf(own, metric) };
    return [{ name, title, svg: lineChart(chart) }];
  });
}
