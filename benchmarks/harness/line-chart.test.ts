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
