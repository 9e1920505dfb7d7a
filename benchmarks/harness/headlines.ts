import type { ChartFile } from './charts.ts';
import { measuredText } from './experiment-table.ts';
import { markdownTable } from './markdown-table.ts';
import type { GroupResult, Language } from './result-files.ts';
import { judge } from './verdict.ts';

type Words = Readonly<Record<Language, string>>;

/** A budget whose measured figure stands in the README. */
interface Headline {
  /** Beside what. */
  readonly opponent: string;
  readonly what: Words;
  readonly experiment: string;
  readonly metric: string;
  /** The case that ours is compared with. */
  readonly beside?: string;
}

const headlines: readonly Headline[] = [
  {
    opponent: '`cacheable-lookup`',
    what: { en: 'cached `dns.lookup`: times as fast', zh: '缓存命中的 `dns.lookup`：速度倍数' },
    experiment: 'lookup-hit-core',
    metric: 'time',
    beside: 'cacheable-lookup',
  },
  {
    opponent: '`Map.get` + `process.nextTick`',
    what: { en: 'cached `dns.lookup`: share of its time', zh: '缓存命中的 `dns.lookup`：耗时之比' },
    experiment: 'lookup-hit-core',
    metric: 'time',
    beside: 'floor',
  },
  {
    opponent: '`dns.resolve4`',
    what: {
      en: 'uncached, 100 in flight: times as many answers a second',
      zh: '未缓存，100 个并发：每秒应答数的倍数',
    },
    experiment: 'uncached-100',
    metric: 'rate',
    beside: 'c-ares resolve4',
  },
  {
    opponent: '`dns.resolve4`',
    what: {
      en: 'uncached, 1 000 in flight: times as many answers a second',
      zh: '未缓存，1 000 个并发：每秒应答数的倍数',
    },
    experiment: 'uncached-1000',
    metric: 'rate',
    beside: 'c-ares resolve4',
  },
  {
    opponent: '`dns.lookup`',
    what: {
      en: 'uncached, server 20 ms away, 1 000 at once: times as many lookups a second',
      zh: '未缓存，服务器延迟 20 ms，1 000 个并发：每秒解析数的倍数',
    },
    experiment: 'delayed-1000',
    metric: 'rate',
    beside: 'dns.lookup',
  },
  {
    opponent: '–',
    what: {
      en: 'primary black-holed, 100 lookups/s: the next 2 s',
      zh: '主 DNS 黑洞，每秒 100 次解析：随后 2 秒',
    },
    experiment: 'failover-black-holed-cold-100',
    metric: 'p99',
  },
  {
    opponent: '–',
    what: {
      en: 'primary black-holed, 1 000 lookups/s: the next 2 s',
      zh: '主 DNS 黑洞，每秒 1 000 次解析：随后 2 秒',
    },
    experiment: 'failover-black-holed-cold-1000',
    metric: 'p99',
  },
  {
    opponent: '–',
    what: { en: 'memory, 1 000 000 names in the cache', zh: '内存占用，缓存 1 000 000 个名字' },
    experiment: 'memory-1000000',
    metric: 'total',
  },
  {
    opponent: '–',
    what: { en: '`import` in a fresh process', zh: '新进程中的 `import`' },
    experiment: 'import',
    metric: 'time',
  },
];

const shownCharts = [
  'hit-time-by-entries',
  'throughput-by-concurrency',
  'memory-by-names',
  'failover-timeline',
];

const headings: Readonly<Record<Language, readonly string[]>> = {
  en: ['Beside', 'What'],
  zh: ['对比对象', '内容'],
};

/** The table and the charts of a README. What was not judged is no figure to show. */
export function renderHeadlines(
  results: readonly GroupResult[],
  charts: readonly ChartFile[],
  language: Language,
): string {
  const experiments = results.flatMap((result) => result.experiments);
  const nodes = [...new Set(experiments.flatMap(({ node }) => node ?? []))].toSorted();
  const rows = headlines.map(({ opponent, what, experiment: id, metric, beside }) => [
    opponent,
    what[language],
    ...nodes.map((node) => {
      const experiment = experiments.find((one) => one.id === id && one.node === node);
      // How much faster we are is the other's time by ours.
      const budget = experiment?.budgets.find(
        (one) => one.metric === metric && (one.against === beside || one.subject === beside),
      );
      if (experiment === undefined || budget === undefined) return '–';
      const verdict = judge(experiment, budget);
      const isJudged = verdict.outcome === 'met' || verdict.outcome === 'missed';
      return isJudged ? measuredText(verdict, experiment) : '–';
    }),
  ]);
  const heading = [...headings[language], ...nodes.map((node) => `Node ${node.slice(1)}`)];
  const pictures = charts
    .filter(({ name }) => shownCharts.includes(name))
    .map(({ name, titles }) => `![${titles[language]}](benchmarks/charts/${name}.svg)`);
  return [markdownTable([heading, ...rows], 2).join('\n'), ...pictures].join('\n\n');
}
