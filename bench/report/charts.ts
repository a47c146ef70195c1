/** Charts as SVG text. No script, no style sheet: they stand in any page. */
import { rounded } from '../support/statistics.js';

export interface Series {
  readonly name: string;
  /** x and y. */
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** `log`: by powers of ten; `even`: the values of x stand at even distances. */
  readonly x: 'log' | 'even';
  readonly y: 'log' | 'linear';
  readonly series: readonly Series[];
}

/** A bar, cut into parts. */
export interface Bar {
  readonly name: string;
  readonly parts: readonly (readonly [string, number])[];
}

const width = 640;
const height = 340;
const plot = { left: 72, right: 620, top: 44, bottom: 270 };
const colours = ['#1f6feb', '#d1711a', '#2f8f4e', '#8e4ec6', '#b3324a', '#5b6472'];
const colourOf = (index: number): string => colours[index % colours.length]!;

const escape = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const at = (value: number): string => value.toFixed(1);

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${at(x)}" y="${at(y)}" ${more}>${escape(words)}</text>`;
}

function frame(title: string, inner: readonly string[]): string {
  const head =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
    `font-family="sans-serif" font-size="12" fill="#24292f">`;
  const heading = text(plot.left, 22, title, 'font-size="15" font-weight="bold"');
  return [head, `<title>${escape(title)}</title>`, heading, ...inner, '</svg>'].join('\n');
}

/** How a number reads on an axis. */
export function tickText(value: number): string {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))}M`;
  if (value >= 1_000) return `${Number((value / 1_000).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

/** How a value reads that is one of few: as it is, unless it is long. */
const exactText = (value: number): string =>
  value < 10_000 ? value.toLocaleString('en') : tickText(value);

/** Round values that cover the range: powers of ten, or some even steps from 0. */
export function ticksOf(least: number, greatest: number, scale: 'log' | 'linear'): number[] {
  if (scale === 'log') {
    const from = Math.floor(Math.log10(least));
    const to = Math.max(from + 1, Math.ceil(Math.log10(greatest)));
    return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  }
  const rough = greatest / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const count = Math.ceil(greatest / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Where a value stands between two ends. */
function placer(ticks: readonly number[], scale: 'log' | 'linear', from: number, to: number) {
  const measure = scale === 'log' ? Math.log10 : (value: number): number => value;
  const low = measure(ticks[0]!);
  const high = measure(ticks.at(-1)!);
  return (value: number): number => from + ((measure(value) - low) / (high - low)) * (to - from);
}

function yAxis(ticks: readonly number[], placeY: (value: number) => number, label: string) {
  const lines = ticks.map((tick) => {
    const y = at(placeY(tick));
    return `<path d="M${plot.left} ${y}H${plot.right}" stroke="#d8dee4"/>`;
  });
  const words = ticks.map((tick) =>
    text(plot.left - 8, placeY(tick) + 4, tickText(tick), 'text-anchor="end"'),
  );
  const middle = (plot.top + plot.bottom) / 2;
  const turned = `transform="rotate(-90 16 ${middle})" text-anchor="middle"`;
  return [...lines, ...words, text(16, middle, label, turned)];
}

function legend(names: readonly string[]): string[] {
  let x = plot.left;
  return names.flatMap((name, index) => {
    const box = `<rect x="${x}" y="${height - 22}" width="12" height="12" fill="${colourOf(index)}"/>`;
    const words = text(x + 17, height - 12, name);
    x += 34 + name.length * 7;
    return [box, words];
  });
}

/** Lines with a mark at each value. Values that a logarithm has not are left out. */
export function lineChart(chart: LineChart): string {
  const series = chart.series.map(({ name, points }) => ({
    name,
    points: points.filter(([x, y]) => (chart.x !== 'log' || x > 0) && (chart.y !== 'log' || y > 0)),
  }));
  const all = series.flatMap(({ points }) => points);
  if (all.length === 0) return frame(chart.title, [text(plot.left, 150, 'not measured')]);
  const xs = [...new Set(all.map(([x]) => x))].toSorted((a, b) => a - b);
  const ys = all.map(([, y]) => y);
  const yTicks = ticksOf(Math.min(...ys), Math.max(...ys), chart.y);
  const placeY = placer(yTicks, chart.y, plot.bottom, plot.top);
  const gap = (plot.right - plot.left - 40) / Math.max(1, xs.length - 1);
  const placeX =
    chart.x === 'log'
      ? placer(ticksOf(xs[0]!, xs.at(-1)!, 'log'), 'log', plot.left + 20, plot.right - 20)
      : (x: number): number => plot.left + 20 + xs.indexOf(x) * gap;
  const drawn = series.flatMap(({ points }, index) => {
    const places = points.map(([x, y]) => [at(placeX(x)), at(placeY(y))] as const);
    const colour = colourOf(index);
    const path = places.map(([x, y], point) => `${point === 0 ? 'M' : 'L'}${x} ${y}`).join('');
    const line = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    return [
      line,
      ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`),
    ];
  });
  const xWords = xs.map((x) =>
    text(placeX(x), plot.bottom + 18, exactText(x), 'text-anchor="middle"'),
  );
  const middle = (plot.left + plot.right) / 2;
  const xLabel = text(middle, plot.bottom + 38, chart.xLabel, 'text-anchor="middle"');
  const names = legend(series.map(({ name }) => name));
  return frame(chart.title, [
    ...yAxis(yTicks, placeY, chart.yLabel),
    ...drawn,
    ...xWords,
    xLabel,
    ...names,
  ]);
}

/** Bars from left to right, one below the other, in parts that stand in the legend. */
export function barChart(title: string, xLabel: string, bars: readonly Bar[]): string {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(([name]) => name)))];
  const totals = bars.map(({ parts }) => parts.reduce((sum, [, value]) => sum + value, 0));
  if (names.length === 0) return frame(title, [text(plot.left, 150, 'not measured')]);
  // Room for the total behind the longest.
  const ticks = ticksOf(0, Math.max(...totals) * 1.1, 'linear');
  const left = plot.left + 70;
  const placeX = placer(ticks, 'linear', left, plot.right);
  const step = (plot.bottom - plot.top) / bars.length;
  const grid = ticks.flatMap((tick) => {
    const x = at(placeX(tick));
    const line = `<path d="M${x} ${plot.top}V${plot.bottom}" stroke="#d8dee4"/>`;
    return [line, text(placeX(tick), plot.bottom + 18, tickText(tick), 'text-anchor="middle"')];
  });
  const drawn = bars.flatMap(({ name, parts }, index) => {
    const y = plot.top + index * step + step * 0.2;
    let before = 0;
    const boxes = parts.map(([part, value]) => {
      const x = placeX(before);
      before += value;
      const wide = at(placeX(before) - x);
      const fill = colourOf(names.indexOf(part));
      const label = `<title>${escape(part)} ${at(value)}</title>`;
      return `<rect x="${at(x)}" y="${at(y)}" width="${wide}" height="${at(step * 0.6)}" fill="${fill}">${label}</rect>`;
    });
    const baseline = y + step * 0.3 + 4;
    const total = text(placeX(before) + 5, baseline, exactText(rounded(before)));
    return [text(left - 8, baseline, name, 'text-anchor="end"'), ...boxes, total];
  });
  const middle = (left + plot.right) / 2;
  const label = text(middle, plot.bottom + 38, xLabel, 'text-anchor="middle"');
  return frame(title, [...grid, ...drawn, label, ...legend(names)]);
}
