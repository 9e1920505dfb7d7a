import { expect, it } from 'vitest';
import { lineChart, type LineChart } from './line-chart.ts';

function chartOf(change: Partial<LineChart> = {}): LineChart {
  return {
    title: 'Time & names',
    x: { label: 'names', scale: 'logarithmic' },
    y: { label: 'ns', scale: 'linear' },
    panels: [
      {
        series: [
          {
            name: 'ours <here>',
            points: [
              { x: 10, y: 5, least: 4, most: 6 },
              { x: 1000, y: 10 },
            ],
          },
        ],
      },
    ],
    ...change,
  };
}

/** How often a text stands in another. */
function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

it('says in words what it shows, with every text escaped', () => {
  const svg = lineChart(chartOf());
  expect(svg).toContain('<title id="title">Time &amp; names</title>');
  expect(svg).toContain('ours &lt;here>: from 5 at 10 to 10 at 1000');
  expect(svg).toContain('names, logarithmic');
  expect(svg).not.toContain('<here>');
});

it('draws one mark a point, one bar a range, and one legend for all panels', () => {
  const [panel] = chartOf().panels;
  const panels = ['Node 20', 'Node 26'].map((heading) => ({ heading, series: panel?.series ?? [] }));
  const svg = lineChart(chartOf({ panels }));
  expect(count(svg, '<circle')).toBe(2 * 2 + 1);
  expect(count(svg, 'stroke-opacity="0.4"')).toBe(2);
  expect(count(svg, '>ours &lt;here></text>')).toBe(1);
  expect(svg).toContain('>Node 20</text>');
});

it('leaves out what a logarithmic axis cannot show', () => {
  const panels = [{ series: [{ name: 'ours', points: [0, 1, 10].map((x) => ({ x, y: 1 })) }] }];
  const svg = lineChart(chartOf({ panels }));
  expect(count(svg, '<circle')).toBe(2 + 1);
  expect(svg).not.toMatch(/NaN|Infinity/);
});

it('draws many points as a line with a band, ticks at round values, and what happened', () => {
  const points = Array.from({ length: 60 }, (_, index) => ({ x: index - 10, y: 20, least: 20, most: 30 }));
  const svg = lineChart(
    chartOf({
      x: { label: 'seconds', scale: 'linear', every: 20 },
      panels: [{ series: [{ name: 'ours', points }] }],
      moments: [
        { x: 0, label: 'fault' },
        { x: 1, label: 'failover' },
        { x: 30, label: 'return' },
      ],
    }),
  );
  // Only that of the legend.
  expect(count(svg, '<circle')).toBe(1);
  expect(count(svg, 'fill-opacity="0.2"')).toBe(1);
  expect(count(svg, 'stroke-dasharray')).toBe(3);
  for (const tick of ['0', '20', '40'])
    expect(svg).toContain(`text-anchor="middle" fill="#59636e" font-size="12">${tick}</text>`);
  expect(svg).toContain('fault at 0. failover at 1. return at 30.');
  // Two names that would overlap stand below each other.
  const heights = ['fault', 'failover', 'return'].map(
    (label) => new RegExp(`y="([\\d.]+)"[^>]*>${label}<`).exec(svg)?.[1],
  );
  expect(heights[0]).toBe(heights[2]);
  expect(heights[1]).not.toBe(heights[0]);
});
