/** A chart of lines as SVG, readable on light and dark ground. */

/** One line. */
export interface Series {
  readonly name: string;
  /** By rising `x`. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What an axis shows. */
export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'logarithmic';
}

export interface LineChart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const size = { width: 720, height: 360 };
const plot = { left: 76, right: 520, top: 40, bottom: 300 };
/** Told apart with most kinds of colour blindness (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const ink = '#7d8590';

type Position = (value: number) => number;

interface Scale {
  readonly ticks: readonly number[];
  readonly at: Position;
}

function powersOfTen(least: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

/** Five to ten steps from zero, of one, two or five units. */
function roundSteps(most: number): number[] {
  const unit = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((width) => most / width <= 10) ?? most;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

function scaleOf(axis: Axis, values: readonly number[], from: number, to: number): Scale {
  const logarithmic = axis.scale === 'logarithmic';
  const positive = values.filter((value) => value > 0);
  const ticks = logarithmic
    ? powersOfTen(Math.min(...positive), Math.max(...positive))
    : roundSteps(Math.max(...values, Number.MIN_VALUE));
  const place = (value: number): number => (logarithmic ? Math.log10(value) : value);
  const [low, high] = [place(ticks[0] ?? 0), place(ticks.at(-1) ?? 1)];
  const span = high - low || 1;
  return { ticks, at: (value) => from + ((place(value) - low) / span) * (to - from) };
}

function text(x: number, y: number, anchor: string, content: string, colour: string = ink): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${escaped}</text>`;
}

function tickText(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`;
  return value >= 1000 ? `${value / 1000} k` : `${Number(value.toPrecision(3))}`;
}

function grid(x: Scale, y: Scale): string[] {
  const line = (path: string): string => `<path d="${path}" stroke="${ink}" stroke-opacity="0.25"/>`;
  return [
    ...x.ticks.flatMap((tick) => [
      line(`M${x.at(tick).toFixed(1)} ${plot.top}V${plot.bottom}`),
      text(x.at(tick), plot.bottom + 18, 'middle', tickText(tick)),
    ]),
    ...y.ticks.flatMap((tick) => [
      line(`M${plot.left} ${y.at(tick).toFixed(1)}H${plot.right}`),
      text(plot.left - 8, y.at(tick) + 4, 'end', tickText(tick)),
    ]),
  ];
}

function drawn({ name, points }: Series, index: number, x: Scale, y: Scale): string[] {
  const colour = colours[index % colours.length] ?? ink;
  const places = points.map((point) => `${x.at(point.x).toFixed(1)} ${y.at(point.y).toFixed(1)}`);
  const legendAt = plot.top + 8 + index * 20;
  return [
    `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map((place) => {
      const [cx, cy] = place.split(' ');
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    }),
    `<path d="M${plot.right + 16} ${legendAt - 4}h16" stroke="${colour}" stroke-width="2"/>`,
    text(plot.right + 38, legendAt, 'start', name),
  ];
}

/** The SVG document. Points that a logarithmic axis cannot show are left out. */
export function lineChart({ title, x: xAxis, y: yAxis, series }: LineChart): string {
  const shown = series.map(({ name, points }) => ({
    name,
    points: points.filter(
      ({ x, y }) => (xAxis.scale === 'linear' || x > 0) && (yAxis.scale === 'linear' || y > 0),
    ),
  }));
  const all = shown.flatMap(({ points }) => points);
  const x = scaleOf(
    xAxis,
    all.map((point) => point.x),
    plot.left,
    plot.right,
  );
  const y = scaleOf(
    yAxis,
    all.map((point) => point.y),
    plot.bottom,
    plot.top,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" role="img" aria-label="${title}">`,
    text(plot.left, 22, 'start', title),
    ...grid(x, y),
    text((plot.left + plot.right) / 2, plot.bottom + 42, 'middle', xAxis.label),
    `<g transform="rotate(-90 16 ${(plot.top + plot.bottom) / 2})">${text(16, (plot.top + plot.bottom) / 2, 'middle', yAxis.label)}</g>`,
    ...shown.flatMap((one, index) => drawn(one, index, x, y)),
    '</svg>',
    '',
  ].join('\n');
}
