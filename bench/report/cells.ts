/** Tables and the numbers in them, as Markdown. */
import { isSummary, rounded } from '../support/statistics.js';

export type Row = readonly (string | number)[];

export const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const number = (value: number | undefined): string =>
  value === undefined ? '' : rounded(value).toLocaleString('en');

/** Median, and the range that the runs had. */
export function spread(value: unknown): string {
  if (!isSummary(value)) return '';
  return `${number(value.median)} (${number(value.least)} to ${number(value.greatest)})`;
}
