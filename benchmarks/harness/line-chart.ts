/**
 * Charts of lines as SVG: one or several side by side, on the same axes and with one legend. They have a ground of their own, so
 * that they read alike on light and on dark pages.
 */
import { linearScale, logarithmicScale, pointTicks, type Scale } from './scale.ts';

/** One line. */
export interface Series {
  readonly name: string;
  /** By rising `x`; `least` and `most` are the range in which rounds lay. */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly least?: number;
    readonly most?: number;
  }[];
}

/** What an axis shows. */
export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'logarithmic';
  /** Ticks at multiples of this; default: at the points. */
  readonly every?: number;
}

/** One of several charts side by side. */
export interface Panel {
  readonly heading?: string;
  readonly series: readonly Series[];
}

export interface LineChart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly panels: readonly Panel[];
  /** What happened where on the axis, drawn in every panel. */
  readonly moments?: readonly Moment[];
}

/** An upright line with a name. */
export interface Moment {
  readonly x: number;
  readonly label: string;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A line as it is drawn in every panel. */
interface Pen {
  readonly colour: string;
  mark(x: number, y: number): string;
}

const width = 800;
const plotHeight = 220;
/** Room in a panel for the ticks at its left, and for heading and ticks above and below. */
const margins = { left: 64, right: 20, top: 30, bottom: 46 };
const titleHeight = 40;
const legendRow = 22;
/** Room a legend's name takes, about. */
const characterWidth = 7;
const legendGap = 44;

const ground = '#ffffff';
const ink = '#1f2328';
const faintInk = '#59636e';
const gridColour = '#d1d9e0';
const at = (value: number): string => value.toFixed(1);

const shapes: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `<circle cx="${at(x)}" cy="${at(y)}" r="3.5"/>`,
  (x, y) => `<path d="M${at(x - 3.5)} ${at(y - 3.5)}h7v7h-7z"/>`,
  (x, y) => `<path d="M${at(x)} ${at(y - 4.5)}l4.5 8h-9z"/>`,
  (x, y) => `<path d="M${at(x)} ${at(y - 5)}l5 5l-5 5l-5 -5z"/>`,
];
/** Told apart with most kinds of colour blindness (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#3a9bd9', '#555555'];

const pens: readonly Pen[] = colours.map((colour, index) => ({
  colour,
  mark: shapes[index % shapes.length] as Pen['mark'],
}));

function penOf(names: readonly string[], name: string): Pen {
  return pens[names.indexOf(name) % pens.length] as Pen;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, style = ''): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}"${style}>${escaped(content)}</text>`;
}

const faint = ` fill="${faintInk}" font-size="12"`;

function tickText(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`;
  return value >= 1000 ? `${value / 1000} k` : `${Number(value.toPrecision(3))}`;
}

function labelOf({ label, scale }: Axis): string {
  return scale === 'linear' ? label : `${label}, logarithmic`;
}

function grid(x: Scale, y: Scale, { left, right, bottom }: Box): string[] {
  const line = (path: string): string => `<path d="${path}" stroke="${gridColour}"/>`;
  return [
    ...y.ticks.flatMap((tick) => [
      line(`M${left} ${at(y.at(tick))}H${right}`),
      text(left - 8, y.at(tick) + 4, 'end', tickText(tick), faint),
    ]),
    ...x.ticks.flatMap((tick) => [
      line(`M${at(x.at(tick))} ${bottom}v5`),
      text(x.at(tick), bottom + 18, 'middle', tickText(tick), faint),
    ]),
  ];
}

/** More points on a line are drawn without marks, and ranges as a band. */
const fewPoints = 40;

function band({ points }: Series, { colour }: Pen, x: Scale, y: Scale): string {
  const edge = (bound: 'least' | 'most', list: Series['points']): string =>
    list.map((point) => `${at(x.at(point.x))} ${at(y.at(point[bound] ?? point.y))}`).join('L');
  const outline = `M${edge('most', points)}L${edge('least', points.toReversed())}Z`;
  return `<path d="${outline}" fill="${colour}" fill-opacity="0.2"/>`;
}

function drawn(series: Series, pen: Pen, x: Scale, y: Scale): string[] {
  const { points } = series;
  const { colour, mark } = pen;
  if (points.length > fewPoints) {
    const line = points.map((point) => `${at(x.at(point.x))} ${at(y.at(point.y))}`).join('L');
    const path = `<path d="M${line}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    return [band(series, pen, x, y), path];
  }
  const places = points.map((point) => [x.at(point.x), y.at(point.y)] as const);
  const ranges = points.flatMap((point) =>
    point.least === undefined || point.most === undefined || point.least === point.most
      ? []
      : [`M${at(x.at(point.x))} ${at(y.at(point.least))}V${at(y.at(point.most))}`],
  );
  return [
    ...(ranges.length === 0
      ? []
      : [`<path d="${ranges.join('')}" stroke="${colour}" stroke-opacity="0.4" stroke-width="3"/>`]),
    `<path d="M${places.map(([px, py]) => `${at(px)} ${at(py)}`).join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    `<g fill="${colour}">${places.map(([px, py]) => mark(px, py)).join('')}</g>`,
  ];
}

/** Bands hide what is below: the first lies on top. */
function inDrawingOrder(series: readonly Series[]): readonly Series[] {
  return series.some(({ points }) => points.length > fewPoints) ? series.toReversed() : series;
}

/** Names stand below each other where they would run into one another. */
function drawnMoments(moments: readonly Moment[], x: Scale, { top, bottom }: Box): string[] {
  const ends: number[] = [];
  return moments.flatMap(({ x: value, label }) => {
    const left = x.at(value);
    const free = ends.findIndex((end) => end < left);
    const row = free === -1 ? ends.length : free;
    ends[row] = left + 4 + label.length * characterWidth;
    return [
      `<path d="M${at(left)} ${top}V${bottom}" stroke="${faintInk}" stroke-dasharray="3 3"/>`,
      text(left + 3, top + 10 + row * 14, 'start', label, faint),
    ];
  });
}

/** Names with their pens in rows below the title, and where the rows end. */
function legend(names: readonly string[]): { readonly marks: readonly string[]; readonly bottom: number } {
  const start = margins.left - 24;
  let [left, top] = [start, titleHeight + 8];
  const marks = names.flatMap((name) => {
    const needed = name.length * characterWidth + legendGap;
    if (left + needed > width && left > start) [left, top] = [start, top + legendRow];
    const { colour, mark } = penOf(names, name);
    const sample =
      `<path d="M${left} ${top}h24" stroke="${colour}" stroke-width="2"/>` +
      `<g fill="${colour}">${mark(left + 12, top)}</g>`;
    const label = text(left + 30, top + 4, 'start', name);
    left += needed;
    return [sample, label];
  });
  return { marks, bottom: top + 12 };
}

function ticked(scale: Scale, { every }: Axis, values: readonly number[]): Scale {
  if (every === undefined) return scale;
  const first = Math.ceil(Math.min(...values) / every);
  const last = Math.floor(Math.max(...values) / every);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * every);
  return { ...scale, ticks };
}

function visible({ x, y }: LineChart, { points, name }: Series): Series {
  const shown = points.filter(
    (point) => (x.scale === 'linear' || point.x > 0) && (y.scale === 'linear' || point.y > 0),
  );
  return { name, points: shown };
}

/** In words, for those who do not see it: which lines there are, and where each begins and ends. */
function description({ x, y, panels, moments = [] }: LineChart): string {
  const lines = panels.flatMap(({ heading, series }) =>
    series.map(({ name, points }) => {
      const ends = [points[0], points.at(-1)].map((point) =>
        point === undefined ? '' : `${Number(point.y.toPrecision(3))} at ${point.x}`,
      );
      return `${heading === undefined ? '' : `${heading}, `}${name}: from ${ends.join(' to ')}`;
    }),
  );
  const told = moments.map(({ label, x: value }) => ` ${label} at ${Number(value.toPrecision(3))}.`);
  return `${y.label} by ${x.label}. ${lines.join('; ')}.${told.join('')}`;
}

/** The SVG document. Points that a logarithmic axis cannot show are left out. */
export function lineChart(chart: LineChart): string {
  const panels = chart.panels.map(({ heading, series }) => ({
    heading,
    series: series.map((one) => visible(chart, one)).filter(({ points }) => points.length > 0),
  }));
  const series = panels.flatMap((panel) => panel.series);
  const names = [...new Set(series.map(({ name }) => name))];
  const points = series.flatMap((one) => one.points);
  const { marks, bottom: legendBottom } = legend(names);
  const columns = Math.min(2, panels.length);
  const panelWidth = (width - 24) / columns;
  const panelHeight = margins.top + plotHeight + margins.bottom;
  const scaleOf = { linear: linearScale, logarithmic: logarithmicScale };

  const drawnPanels = panels.flatMap((panel, index) => {
    const left = 24 + (index % columns) * panelWidth + margins.left - 24;
    const top = legendBottom + Math.floor(index / columns) * panelHeight + margins.top;
    const box = {
      left,
      right: left + panelWidth - margins.left - margins.right + 24,
      top,
      bottom: top + plotHeight,
    };
    const xs = points.map(({ x }) => x);
    const ys = points.flatMap(({ y, least = y, most = y }) => [y, least, most]);
    const x = ticked(pointTicks(chart.x.scale, xs, box.left + 12, box.right - 12), chart.x, xs);
    const y = scaleOf[chart.y.scale](ys, box.bottom, box.top);
    return [
      ...(panel.heading === undefined
        ? []
        : [text(left, top - 12, 'start', panel.heading, ' font-weight="bold"')]),
      ...grid(x, y, box),
      ...inDrawingOrder(panel.series).flatMap((one) => drawn(one, penOf(names, one.name), x, y)),
      ...drawnMoments(chart.moments ?? [], x, box),
      text((box.left + box.right) / 2, box.bottom + 38, 'middle', labelOf(chart.x), faint),
    ];
  });
  const height = legendBottom + Math.ceil(panels.length / columns) * panelHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="${ink}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(chart.title)}</title>`,
    `<desc id="description">${escaped(description(chart))}</desc>`,
    `<rect width="${width}" height="${height}" rx="6" fill="${ground}"/>`,
    text(margins.left - 24, 26, 'start', chart.title, ' font-size="16" font-weight="bold"'),
    text(width - 20, 26, 'end', labelOf(chart.y), faint),
    ...marks,
    ...drawnPanels,
    '</svg>',
    '',
  ].join('\n');
}
