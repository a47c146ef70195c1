/**
 * What the log shows of attached data: the original's filters. `[log-filter]` has the type for
 * every key, `[log-filter-data]` types for single keys. The original copies what no filter names;
 * here the default is `hide`, so that nobody's data are in a log that nobody asked for.
 *
 * Types: copy, hide (a number of `*` that tells nothing of the length), hide-first,n, hide-last,n,
 * unhide-first,n, unhide-last,n, skip (the key is left out too).
 */

/** Shows one value; undefined: leave the key out. */
export type Filter = (value: unknown) => unknown;

/** Filters by key, and the one for all other keys. */
export interface LogFilters {
  readonly default: Filter;
  readonly byKey: ReadonlyMap<string, Filter>;
}

/** What a type looks like. */
export const filterPattern =
  /^(?:copy|hide|skip|(?:hide-first|hide-last|unhide-first|unhide-last),\d{1,4})$/;

/** What stands for something hidden, whatever its length. */
export const hidden = '*****';

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
const stars = (text: string): string => '*'.repeat(text.length);

/** The filter of a type. @throws {RangeError} for what is not a type */
export function filterOf(type: string): Filter {
  if (!filterPattern.test(type)) throw new RangeError(`"${type}" is not a type of log filter`);
  const [name = '', digits = '0'] = type.split(',');
  const count = Number(digits);
  switch (name) {
    case 'copy':
      return (value) => value;
    case 'hide':
      return () => hidden;
    case 'skip':
      return () => undefined;
    case 'hide-first':
      return (value) => stars(textOf(value).slice(0, count)) + textOf(value).slice(count);
    case 'unhide-first':
      return (value) => textOf(value).slice(0, count) + stars(textOf(value).slice(count));
    case 'hide-last': {
      return (value) => {
        const [text, at] = cutFromEnd(value, count);
        return text.slice(0, at) + stars(text.slice(at));
      };
    }
    default:
      return (value) => {
        const [text, at] = cutFromEnd(value, count);
        return stars(text.slice(0, at)) + text.slice(at);
      };
  }
}

function cutFromEnd(value: unknown, count: number): [text: string, at: number] {
  const text = textOf(value);
  return [text, Math.max(0, text.length - count)];
}

/** Filters of a configuration. @throws {RangeError} for what is not a type */
export function logFiltersOf(
  defaultType: string = 'hide',
  byKey: Readonly<Record<string, string>> = {},
): LogFilters {
  const entries = Object.entries(byKey).map(([key, type]) => [key, filterOf(type)] as const);
  return { default: filterOf(defaultType), byKey: new Map(entries) };
}

/** Attached data as the log may show them. A nested list counts as the value of its key. */
export function filtered(
  data: Readonly<Record<string, unknown>>,
  filters: LogFilters,
): Record<string, unknown> {
  const shown: [string, unknown][] = [];
  for (const [key, value] of Object.entries(data)) {
    const result = (filters.byKey.get(key) ?? filters.default)(value);
    if (result !== undefined) shown.push([key, result]);
  }
  return Object.fromEntries(shown);
}
