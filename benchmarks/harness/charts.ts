import type { Drawing, Experiment } from './experiment.ts';
import type { Axis, LineChart, Panel, Series } from './line-chart.ts';
import type { GroupResult, Language } from './result-files.ts';
import { summarise } from './statistics.ts';

/** What a chart shows: the first metric of the experiments that name it, or what one of them has drawn. */
interface ChartDefinition {
  readonly titles: Readonly<Record<Language, string>>;
  readonly x: Axis;
  readonly y: Axis;
}

const log = (label: string): Axis => ({ label, scale: 'logarithmic' });
const linear = (label: string): Axis => ({ label, scale: 'linear' });

/** By the name that experiments use, which is the file's too. */
const definitions: Readonly<Record<string, ChartDefinition>> = {
  'hit-time-by-entries': {
    titles: { en: 'Time of a cached lookup by names in the cache', zh: '缓存命中耗时与缓存中名字数量' },
    x: log('names in the cache'),
    y: log('ns a lookup'),
  },
  'hits-by-workers': {
    titles: { en: 'Cached lookups by number of worker threads', zh: '缓存命中吞吐量与工作线程数' },
    x: linear('worker threads'),
    y: linear('lookups per second, all threads'),
  },
  'throughput-by-concurrency': {
    titles: { en: 'Uncached A queries, NSD on loopback', zh: '未缓存的 A 查询，本机 NSD' },
    x: log('queries in flight'),
    y: linear('answers per second'),
  },
  'memory-by-names': {
    titles: { en: 'Memory of a name with 2 A and 1 AAAA', zh: '每个名字（2 个 A、1 个 AAAA）占用的内存' },
    x: log('names in the cache'),
    y: log('octets a name'),
  },
  'failover-timeline': {
    titles: {
      en: 'Primary black-holed for 30 s: lookups from median to p99',
      zh: '主 DNS 黑洞 30 秒：解析延迟，中位数至 p99',
    },
    x: { label: 'seconds from the fault', scale: 'linear', every: 10 },
    y: log('ms'),
  },
  'hit-ratio-by-capacity': {
    titles: { en: 'Hit ratio by capacity of the cache', zh: '命中率与缓存容量' },
    x: log('capacity in entries'),
    y: linear('% hits'),
  },
};

/** A chart, and the file it is written to. */
export interface ChartFile {
  readonly name: string;
  readonly titles: Readonly<Record<Language, string>>;
  readonly chart: LineChart;
  readonly digits: number;
  /** Too many points for a table. */
  readonly isWithoutTable?: boolean;
}

/** Heading of the chart, of several side by side, in which a case on some Node or on none is drawn. */
function panelOf({ point, node }: Experiment): string | undefined {
  return point?.panel ?? (node === undefined ? undefined : `Node ${node.slice(1).split('.', 1)[0]}`);
}

function seriesOf(experiments: readonly Experiment[]): Series[] {
  const lines = new Map<string, Series['points'][number][]>();
  for (const { cases, metrics, point } of experiments) {
    const [metric = ''] = Object.keys(metrics);
    for (const { name, samples } of cases) {
      const values = samples[metric] ?? [];
      if (values.length === 0 || point === undefined) continue;
      const { median, least, most } = summarise(values);
      lines.set(name, [...(lines.get(name) ?? []), { x: point.x, y: median, least, most }]);
    }
  }
  return [...lines].map(([name, points]) => ({ name, points: points.toSorted((a, b) => a.x - b.x) }));
}

/** What has no panel of its own, such as a program without Node, is drawn in each. */
function panelsOf(experiments: readonly Experiment[]): Panel[] {
  const headings = [...new Set(experiments.map(panelOf))].filter((heading) => heading !== undefined);
  if (headings.length === 0) return [{ series: seriesOf(experiments) }];
  return headings.map((heading) => ({
    heading,
    series: seriesOf(experiments.filter((one) => [heading, undefined].includes(panelOf(one)))),
  }));
}

/** A line with its band for each case, and what happened meanwhile. */
function timelineOf({ lines, moments }: Drawing): Pick<LineChart, 'panels' | 'moments'> {
  const series = lines.map(({ name, x, y, most }) => ({
    name,
    points: x.map((at, index) => {
      const value = y[index] ?? Number.NaN;
      return { x: at, y: value, least: value, most: most[index] ?? value };
    }),
  }));
  return { panels: [{ series }], moments: moments.map(({ what, x }) => ({ label: what, x })) };
}

/** The charts that the results have points for. */
export function chartsOf(results: readonly GroupResult[]): ChartFile[] {
  const experiments = results.flatMap((result) => result.experiments);
  return Object.entries(definitions).flatMap(([name, { titles, x, y }]): ChartFile[] => {
    const own = experiments
      .filter(({ point }) => point?.chart === name)
      // The second run of a program tells how quiet the machine was, nothing about the program.
      .map((one) => ({ ...one, cases: one.cases.filter((each) => each.name !== one.control?.second) }));
    const [drawing] = experiments.flatMap((one) => (one.drawing?.chart === name ? one.drawing : []));
    if (drawing !== undefined) {
      return [
        {
          name,
          titles,
          chart: { title: titles.en, x, y, ...timelineOf(drawing) },
          digits: 0,
          isWithoutTable: true,
        },
      ];
    }
    if (own.length === 0) return [];
    const [{ digits } = { digits: 0 }] = own.flatMap(({ metrics }) => Object.values(metrics));
    return [{ name, titles, chart: { title: titles.en, x, y, panels: panelsOf(own) }, digits }];
  });
}
