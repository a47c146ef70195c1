/** Charts as SVG: bars that stand on each other, and lines. Pure. */

/** Values, one for each label; NaN: there is none. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

const width = 900;
const height = 240;
const left = 48;
const bottom = 40;
const top = 24;
const plotWidth = width - left;
const plotHeight = height - top - bottom;
const gridLines = 4;
/** Labels that fit below a chart. */
const labelsShown = 12;

/** Bars of one series on those of the one before. */
export function barChart(labels: readonly string[], series: readonly Series[]): string {
  const sums = labels.map((_, at) =>
    series.reduce((sum, { values }) => sum + valueAt(values, at), 0),
  );
  const most = niceMax(sums);
  const step = plotWidth / Math.max(1, labels.length);
  const bars = labels.map((label, at) => {
    let below = 0;
    return series
      .map(({ name, colour, values }) => {
        const value = valueAt(values, at);
        const size = (value / most) * plotHeight;
        below += size;
        if (value === 0) return '';
        const x = left + at * step + step * 0.1;
        const title = `<title>${escapeMarkup(`${label}: ${name} ${format(value)}`)}</title>`;
        return `<rect x="${x.toFixed(1)}" y="${(top + plotHeight - below).toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${size.toFixed(1)}" fill="${colour}">${title}</rect>`;
      })
      .join('');
  });
  return chart(labels, series, most, bars.join(''));
}

/** A line for each series; it is broken where there is no value. */
export function lineChart(labels: readonly string[], series: readonly Series[]): string {
  const most = niceMax(
    series.flatMap(({ values }) => values.filter((value) => !Number.isNaN(value))),
  );
  const step = plotWidth / Math.max(1, labels.length);
  const lines = series.map(({ colour, values }) => {
    let isDrawing = false;
    const path = values.map((value, at) => {
      if (Number.isNaN(value)) {
        isDrawing = false;
        return '';
      }
      const x = left + (at + 0.5) * step;
      const y = top + plotHeight - (value / most) * plotHeight;
      const move = `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      isDrawing = true;
      return move;
    });
    return `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round"/>`;
  });
  return chart(labels, series, most, lines.join(''));
}

function chart(
  labels: readonly string[],
  series: readonly Series[],
  most: number,
  content: string,
): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="11" fill="#5c7080">${grid(most)}${content}${axis(labels)}${legend(series)}</svg>`;
}

function grid(most: number): string {
  return Array.from({ length: gridLines + 1 }, (_, line) => {
    const y = top + plotHeight - (line / gridLines) * plotHeight;
    const value = format((most * line) / gridLines);
    return `<line x1="${left}" x2="${width}" y1="${y}" y2="${y}" stroke="#e1e8ed"/><text x="${left - 6}" y="${y + 4}" text-anchor="end">${value}</text>`;
  }).join('');
}

function axis(labels: readonly string[]): string {
  const step = plotWidth / Math.max(1, labels.length);
  const every = Math.max(1, Math.ceil(labels.length / labelsShown));
  return labels
    .map((label, at) =>
      at % every === 0
        ? `<text x="${(left + (at + 0.5) * step).toFixed(1)}" y="${height - bottom + 16}" text-anchor="middle">${escapeMarkup(label)}</text>`
        : '',
    )
    .join('');
}

function legend(series: readonly Series[]): string {
  let x = left;
  return series
    .map(({ name, colour }) => {
      const mark = `<rect x="${x}" y="4" width="10" height="10" fill="${colour}"/><text x="${x + 14}" y="13">${escapeMarkup(name)}</text>`;
      x += 30 + name.length * 6.5;
      return mark;
    })
    .join('');
}

const valueAt = (values: readonly number[], at: number): number => {
  const value = values[at] ?? 0;
  return Number.isNaN(value) ? 0 : value;
};

/** The least 1, 2 or 5 times a power of ten that no value passes. */
function niceMax(values: readonly number[]): number {
  const most = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((times) => times * power >= most) ?? 10) * power;
}

const format = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(1);

/** Text as it may be in a page. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.codePointAt(0)};`);
